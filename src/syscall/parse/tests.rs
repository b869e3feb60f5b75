use crate::syscall::ast::{BinaryOperator, Expr, ExprKind, Initializer, StatementKind};
use crate::syscall::ctype::{CType, Integer};
use crate::syscall::parse::{Block, SyntaxKind, Wanted, block, expression};
use crate::syscall::record::Record;

fn good(text: &str) -> Block {
    let block = block(text, 0);
    assert!(block.errors.is_empty(), "{text}: {:?}", block.errors);
    block
}

fn wrong(text: &str) -> Vec<(usize, usize, SyntaxKind)> {
    block(text, 0).errors.into_iter().map(|error| (error.span.start, error.span.end, error.kind)).collect()
}

/// An expression with every operation in parentheses, to see how it was read.
fn shape(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Text(bytes) => format!("\"{}\"", bytes.escape_ascii()),
        ExprKind::Null => "NULL".to_owned(),
        ExprKind::Variable(name) | ExprKind::Constant(name, _) => name.clone(),
        ExprKind::Handler(name) => format!("@{name}"),
        ExprKind::Field(object, field) => format!("{}.{field}", shape(object)),
        ExprKind::Arrow(object, field) => format!("{}->{field}", shape(object)),
        ExprKind::Index(array, index) => format!("{}[{}]", shape(array), shape(index)),
        ExprKind::AddressOf(inner) => format!("&{}", shape(inner)),
        ExprKind::Dereference(inner) => format!("*{}", shape(inner)),
        ExprKind::Negate(inner) => format!("-{}", shape(inner)),
        ExprKind::Complement(inner) => format!("~{}", shape(inner)),
        ExprKind::Cast(ctype, inner) => format!("({}){}", ctype.spelling(), shape(inner)),
        ExprKind::SizeofType(ctype) => format!("sizeof({})", ctype.spelling()),
        ExprKind::SizeofExpr(inner) => format!("sizeof {}", shape(inner)),
        ExprKind::Binary(operator, left, right) => format!("({} {} {})", shape(left), sign(*operator), shape(right)),
        ExprKind::Call(name, arguments) => {
            format!("{name}({})", arguments.iter().map(shape).collect::<Vec<_>>().join(", "))
        }
    }
}

fn sign(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Or => "|",
        BinaryOperator::And => "&",
        BinaryOperator::Equal => "==",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::Greater => ">",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::GreaterOrEqual => ">=",
    }
}

#[test]
fn expressions_follow_precedence() {
    for (text, expected) in [
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("a | B & c == d < e + 1", "(a | (B & (c == (d < (e + 1)))))"),
        ("(1 + 2) * 3", "((1 + 2) * 3)"),
        ("SOCK_STREAM | SOCK_NONBLOCK | 1", "((SOCK_STREAM | SOCK_NONBLOCK) | 1)"),
        ("&a.sin_port", "&a.sin_port"),
        ("*p[1]", "*p[1]"),
        ("-x->ai_family", "-x->ai_family"),
        ("~0 & -1", "(~0 & -1)"),
        ("(struct sockaddr *)&a", "(struct sockaddr *)&a"),
        ("(unsigned char)t[0] == 'a'", "((uint8_t)t[0] == 97)"),
        ("sizeof (struct sockaddr_in)", "sizeof(struct sockaddr_in)"),
        ("sizeof a - 1", "(sizeof a - 1)"),
        ("sizeof (a)", "sizeof a"),
        ("sizeof (int) * 2", "(sizeof(int) * 2)"),
        ("htons(3001)", "htons(3001)"),
        ("\"a\" \"b\\r\\n\"", "\"ab\\r\\n\""),
        ("((struct sockaddr_in *)res->ai_addr)->sin_port", "(struct sockaddr_in *)res->ai_addr->sin_port"),
        ("NULL == p", "(NULL == p)"),
        ("(char *)0x10", "(char *)16"),
    ] {
        assert_eq!(expression(text, 0).map(|expr| shape(&expr)), Ok(expected.to_owned()), "{text}");
    }
}

fn types(text: &str) -> Vec<(String, CType)> {
    let block = good(text);
    let StatementKind::Declare(declarators) = &block.statements[0].kind else { panic!("{text}") };
    declarators.iter().map(|one| (one.name.clone(), one.ctype.clone())).collect()
}

#[test]
fn declarations_have_types() {
    let char_array = |count| CType::Array(Box::new(CType::Integer(Integer::Char)), count);
    let pointer = CType::pointer_to;
    for (text, expected) in [
        ("int a, b;", vec![("a", CType::int()), ("b", CType::int())]),
        ("char t[64];", vec![("t", char_array(64))]),
        ("char t[] = \"x\\0y\";", vec![("t", char_array(4))]),
        ("char h[INET_ADDRSTRLEN + 1];", vec![("h", char_array(17))]),
        ("const char *p = \"x\";", vec![("p", pointer(CType::Integer(Integer::Char)))]),
        ("unsigned long int n;", vec![("n", CType::Integer(Integer::UnsignedLong))]),
        ("int v[] = {1, 2, 3};", vec![("v", CType::Array(Box::new(CType::int()), 3))]),
        ("void *p = NULL;", vec![("p", pointer(CType::Void))]),
        (
            "struct addrinfo hints = { .ai_family = AF_INET }, *res;",
            vec![("hints", CType::Record(Record::Addrinfo)), ("res", pointer(CType::Record(Record::Addrinfo)))],
        ),
        ("pthread_mutex_t v = PTHREAD_MUTEX_INITIALIZER;", vec![("v", CType::Record(Record::PthreadMutex))]),
        ("struct sockaddr_in6 a = { .sin6_addr = in6addr_loopback };", vec![("a", CType::Record(Record::SockaddrIn6))]),
        ("struct sockaddr_storage s = {0};", vec![("s", CType::Record(Record::SockaddrStorage))]),
        ("fd_set f;", vec![("f", CType::Record(Record::FdSet))]),
    ] {
        let found = types(text);
        let found: Vec<_> = found.iter().map(|(name, ctype)| (name.as_str(), ctype.clone())).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn initializers_keep_their_paths() {
    let block = good("struct sockaddr_in a = { .sin_family = AF_INET,\n  .sin_addr.s_addr = htonl(INADDR_ANY), };");
    let StatementKind::Declare(declarators) = &block.statements[0].kind else { panic!() };
    let Some(Initializer::List(items)) = &declarators[0].initializer else { panic!() };
    let paths: Vec<_> = items.iter().map(|item| item.path.join(".")).collect();
    assert_eq!(paths, ["sin_family", "sin_addr.s_addr"]);
}

#[test]
fn handlers_are_names_of_functions() {
    for text in [
        "struct sigaction s = { .sa_handler = sur_signal };",
        "s.sa_handler = sur_signal;",
        "signal(SIGPIPE, sur_signal);",
        "pthread_create(&t, NULL, sur_signal, &a);",
    ] {
        assert!(format!("{:?}", good(text)).contains("Handler(\"sur_signal\")"), "{text}");
    }
    assert!(format!("{:?}", good("signal(SIGPIPE, SIG_IGN);")).contains("Handler(\"SIG_IGN\")"));
}

#[test]
fn a_statement_keeps_its_text_without_comments() {
    let block =
        good("// avant\nint a =\r\n    socket(AF_INET, /* IPv4 */ SOCK_STREAM, 0);   // => fd 3\n\nclose(a);\n");
    let sources: Vec<_> = block.statements.iter().map(|statement| statement.source.as_str()).collect();
    assert_eq!(sources, ["int a =\n    socket(AF_INET,  SOCK_STREAM, 0);", "close(a);"]);
    assert_eq!(block.comments.len(), 3);
}

#[test]
fn kernel_calls_stand_alone() {
    good("int fd = (int)socket(AF_INET, SOCK_STREAM, 0);");
    good("(void)close(3);");
    good("send(fd, \"a\", strlen(\"a\"), 0);");
    for (text, name) in [
        ("close(socket(AF_INET, SOCK_STREAM, 0));", "socket"),
        ("int a = accept(3, NULL, NULL) + 1;", "accept"),
        ("int a = dup(3), b;", "dup"),
        ("int v[] = { dup(3) };", "dup"),
    ] {
        assert!(
            matches!(&wrong(text)[..], [(_, _, SyntaxKind::KernelCallInside(found))] if found.as_str() == name),
            "{text}"
        );
    }
}

#[test]
fn each_wrong_statement_is_reported_once_and_reading_goes_on() {
    let block =
        block("int a = sokcet(AF_INET, 1, 0);\nbind(a);\nlisten(a, 2);\nint b = AF_INTE;\nfoo(1, 2;\nclose(a);", 0);
    assert_eq!(block.statements.len(), 2);
    assert_eq!(block.errors.len(), 4, "{:?}", block.errors);
}

#[test]
fn a_forgotten_semicolon_costs_one_error() {
    let block = block("int a = 3\nclose(a);\nclose(a)", 0);
    let kinds: Vec<_> = block.errors.iter().map(|error| (error.span.start, error.kind.clone())).collect();
    assert_eq!(kinds, [(9, SyntaxKind::MissingSemicolon), (28, SyntaxKind::MissingSemicolon)]);
    assert_eq!(block.statements.len(), 3);
}

#[test]
fn what_is_outside_is_named() {
    let near = |name: &str| Some(name.to_owned());
    for (text, expected) in [
        ("x = sokcet(1);", SyntaxKind::UnknownFunction { name: "sokcet".into(), near: near("socket") }),
        ("x = AF_INTE;", SyntaxKind::UnknownConstant { name: "AF_INTE".into(), near: near("AF_INET") }),
        ("sockaddr_in a;", SyntaxKind::UnknownType { name: "sockaddr_in".into(), near: near("struct sockaddr_in") }),
        (
            "struct sockadr_in a;",
            SyntaxKind::UnknownType { name: "struct sockadr_in".into(), near: near("struct sockaddr_in") },
        ),
        ("socklen l = 1;", SyntaxKind::UnknownType { name: "socklen".into(), near: near("socklen_t") }),
        (
            "x = a.sin_prot;",
            SyntaxKind::UnknownField { field: "sin_prot".into(), record: None, near: near("sin_port") },
        ),
        (
            "struct linger l = { .on = 1 };",
            SyntaxKind::UnknownField { field: "on".into(), record: Some("struct linger".into()), near: None },
        ),
        ("x = 1 << 2;", SyntaxKind::UnknownOperator("<<")),
        ("x++;", SyntaxKind::UnknownOperator("++")),
        ("x += 1;", SyntaxKind::UnknownOperator("+=")),
        ("!x;", SyntaxKind::UnknownOperator("!")),
        ("if (x) close(3);", SyntaxKind::ControlFlow("if".into())),
        ("while (1) { a = 1; b = 2; }", SyntaxKind::ControlFlow("while".into())),
        ("static int x;", SyntaxKind::OutsideSubset("static".into())),
        ("close();", SyntaxKind::WrongArity { function: "close".into(), least: 1, most: Some(1), found: 0 }),
        ("3 = x;", SyntaxKind::NotAssignable),
        ("int AF_INET;", SyntaxKind::ReservedName("AF_INET".into())),
        ("char t[];", SyntaxKind::MissingArraySize),
        ("char t[0];", SyntaxKind::ArraySize { most: 16 << 20 }),
        ("char t[n];", SyntaxKind::ArraySize { most: 16 << 20 }),
        ("char t[2][2];", SyntaxKind::NestedArray),
        ("char t[2] = \"abc\";", SyntaxKind::TooManyItems),
        ("int t[1] = {1, 2};", SyntaxKind::TooManyItems),
        ("void x;", SyntaxKind::VoidVariable),
        ("x = ;", SyntaxKind::Expected { wanted: Wanted::Expression, found: Some(";".into()) }),
        ("close(3;", SyntaxKind::Expected { wanted: Wanted::Symbol(")"), found: Some(";".into()) }),
    ] {
        let found: Vec<_> = wrong(text).into_iter().map(|error| error.2).collect();
        assert_eq!(found, [expected], "{text}");
    }
}

#[test]
fn nesting_has_a_floor() {
    let many = 20_000;
    for text in [
        format!("x = {}1{};", "(".repeat(many), ")".repeat(many)),
        format!("x = {}1;", "-".repeat(many).replace("--", "- -")),
        format!("x = 1{};", " + 1".repeat(many)),
        format!("x = a{};", "[0]".repeat(many)),
        format!("x = a{};", ".sin_port".repeat(many)),
        format!("x = {}a;", "&*".repeat(many)),
        format!("x = {}a;", "(int)".repeat(many)),
        format!("x = {}a;", "sizeof ".repeat(many)),
        format!("int x = {}1;", "{".repeat(many)),
        format!("int v[9] = {}1;", "{".repeat(many)),
        format!("int {}x;", "*".repeat(many)),
        format!("x = {}1;", "htons(".repeat(many)),
        format!("struct sockaddr_in a = {{ {}sin_addr = 1 }};", ".sin_addr".repeat(many)),
    ] {
        assert!(!wrong(&text).is_empty());
    }
}

/// What was read, with every place counted from `base`.
fn places(text: &str, base: usize) -> Vec<(usize, usize, String)> {
    let block = block(text, base);
    let statements = block.statements.iter().map(|one| (one.span, one.source.clone()));
    let errors = block.errors.iter().map(|one| (one.span, format!("{:?}", one.kind)));
    let comments = block.comments.iter().map(|one| (one.inner, String::new()));
    statements.chain(errors).chain(comments).map(|(span, what)| (span.start - base, span.end - base, what)).collect()
}

#[test]
fn places_are_those_of_the_file() {
    let text = "close(3) ;\n/* a */ int b = /* c */ 1\nx = sokcet(1);\nx = (1;\nchar t[0];\n  y = 1 /* d */ + 2; // e\nx = 1 +";
    let found = places(text, 0);
    let shown: Vec<_> = found.iter().map(|(start, end, what)| (&text[*start..*end], what.as_str())).collect();
    let missing = |wanted: &str, found: &str| format!("Expected {{ wanted: {wanted}, found: {found} }}");
    let expected = [
        ("close(3) ;", "close(3) ;"),
        ("int b = /* c */ 1", "int b =  1"),
        ("y = 1 /* d */ + 2;", "y = 1  + 2;"),
        ("", "MissingSemicolon"),
        ("sokcet", "UnknownFunction { name: \"sokcet\", near: Some(\"socket\") }"),
        (";", &missing("Symbol(\")\")", "Some(\";\")")),
        ("0", "ArraySize { most: 16777216 }"),
        ("", &missing("Expression", "None")),
        (" a ", ""),
        (" c ", ""),
        (" d ", ""),
        (" e", ""),
    ];
    assert_eq!(shown, expected);
    assert_eq!(places(text, 1_000), found);
}

#[test]
fn a_bad_block_is_read_up_to_its_fiftieth_error() {
    for (errors, statements) in [(49, 1), (50, 0), (60, 0)] {
        let block = block(&format!("{}close(3);", "x = ;\n".repeat(errors)), 0);
        assert_eq!((block.errors.len(), block.statements.len()), (errors.min(50), statements), "{errors}");
    }
}

#[test]
fn a_single_expression_is_read_whole() {
    let kinds = |text: &str| -> Vec<SyntaxKind> {
        expression(text, 7).map_or_else(|errors| errors.into_iter().map(|error| error.kind).collect(), |_| Vec::new())
    };
    let semicolon = |found: &str| SyntaxKind::Expected { wanted: Wanted::Semicolon, found: Some(found.to_owned()) };
    let number = || SyntaxKind::BadNumber("08".to_owned());
    for (text, expected) in [
        ("1 + a", vec![]),
        ("1 a", vec![semicolon("a")]),
        ("1 ? 2", vec![SyntaxKind::UnknownOperator("?")]),
        ("1 )", vec![semicolon(")")]),
        ("1;", vec![SyntaxKind::UnknownOperator(";")]),
        ("08", vec![number()]),
        ("08 )", vec![number(), semicolon(")")]),
        ("dup(3)", vec![SyntaxKind::KernelCallInside("dup".into())]),
        ("htons(1)", vec![]),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn nesting_and_length_have_bounds() {
    let wrapped = |count: usize| format!("x = {}1{};", "(".repeat(count), ")".repeat(count));
    let sum = |count: usize| format!("1{}", " + 1".repeat(count));
    for (fits, too_deep) in [
        (wrapped(39), wrapped(40)),
        (format!("x = {};", sum(200)), format!("x = {};", sum(201))),
        (format!("x = a{};", "[0]".repeat(200)), format!("x = a{};", "[0]".repeat(201))),
        (format!("x = {}1;", "(int)".repeat(39)), format!("x = {}1;", "(int)".repeat(40))),
        ("char ****p;".to_owned(), "char *****p;".to_owned()),
    ] {
        good(&fits);
        let kinds: Vec<_> = wrong(&too_deep).into_iter().map(|error| error.2).collect();
        assert_eq!(kinds, [SyntaxKind::TooDeep], "{too_deep}");
    }
    // Each expression has its own.
    good(&format!("x = {0};\ny = {0};\nint a = {0}, b = {0};\nint v[] = {{ {0}, {0} }};", sum(150)));
    good(&format!("x = {}1;", "(1) + ".repeat(100)));
}

#[test]
fn the_words_of_a_lost_declaration_are_kept() {
    for (text, lost, statements) in [
        ("int a = sokcet(1), b;\nclose(3);", vec!["int", "a", "sokcet", "b"], 1),
        ("x = sokcet(1);\nclose(3);", vec![], 1),
        ("while (1) { a = 1; b = 2; }\nclose(3);", vec![], 1),
        ("while (1) {\n  if (a) { b = 1; }\n}\nclose(3);", vec![], 1),
        ("while (1) { a = 1; } b = 1;\nclose(3);", vec![], 1),
        ("} close(3);\nclose(4);", vec![], 1),
        ("int 3;\nclose(3);", vec!["int"], 1),
        ("foo a = ", vec!["foo", "a"], 0),
    ] {
        let block = block(text, 0);
        assert_eq!(block.lost, lost, "{text}");
        assert_eq!(block.statements.len(), statements, "{text}");
    }
}

#[test]
fn what_could_not_be_read_says_enough() {
    for (text, errors) in
        [("x = @;", 1), ("x = 1 @ + ;\ny = ;", 2), ("int a = \"b\nclose(3);", 1), ("x = ;\ny = @;", 2)]
    {
        assert_eq!(wrong(text).len(), errors, "{text}: {:?}", wrong(text));
    }
}

/// An initializer as it was read.
fn filling(initializer: &Initializer) -> String {
    let items = match initializer {
        Initializer::Value(value) => return shape(value),
        Initializer::List(items) => items,
    };
    let one = |path: &[String]| if path.is_empty() { String::new() } else { format!("{}=", path.join(".")) };
    let items: Vec<_> = items.iter().map(|item| format!("{}{}", one(&item.path), filling(&item.value))).collect();
    format!("{{{}}}", items.join(", "))
}

#[test]
fn initializers_fill_what_they_name() {
    let loopback = format!("{{s6_addr={{{}1}}}}", "0, ".repeat(15));
    for (text, expected) in [
        ("int p = {port};", "{port}"),
        ("int v[2] = {1};", "{1}"),
        ("int v[2] = {1, 2,};", "{1, 2}"),
        ("int v[2] = {n};", "{n}"),
        ("char t[2] = \"ab\";", "\"ab\""),
        ("struct linger l = {1, 2};", "{1, 2}"),
        ("struct linger l = {n};", "{n}"),
        ("struct in6_addr a = {0};", "{0}"),
        ("pthread_mutex_t m = {0};", "{0}"),
        ("pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;", "{0}"),
        ("struct in6_addr a = IN6ADDR_ANY_INIT;", "{0}"),
        ("struct in6_addr a = in6addr_loopback;", &loopback),
        ("struct sockaddr_in6 a = { .sin6_addr = IN6ADDR_LOOPBACK_INIT };", &format!("{{sin6_addr={loopback}}}")),
        ("struct sockaddr_in a = { .sin_addr.s_addr = 1, .sin_port = 2 };", "{sin_addr.s_addr=1, sin_port=2}"),
        ("struct sockaddr_in a = { .sin_addr = {1} };", "{sin_addr={1}}"),
        ("struct sigaction s = { .sa_handler = f, .sa_flags = 0 };", "{sa_handler=@f, sa_flags=0}"),
    ] {
        let read = block(text, 0);
        let found = read.statements.first().map(|statement| {
            let StatementKind::Declare(declarators) = &statement.kind else { panic!("{text}") };
            filling(declarators[0].initializer.as_ref().unwrap())
        });
        assert_eq!(found.unwrap_or_default(), expected, "{text}: {:?}", read.errors);
    }
}

#[test]
fn each_part_of_an_expression_has_its_place() {
    fn walk<'a>(expr: &Expr, text: &'a str, out: &mut Vec<&'a str>) {
        out.push(&text[expr.span.start..expr.span.end]);
        match &expr.kind {
            ExprKind::Binary(_, left, right) | ExprKind::Index(left, right) => {
                walk(left, text, out);
                walk(right, text, out);
            }
            ExprKind::Field(inner, _)
            | ExprKind::Arrow(inner, _)
            | ExprKind::AddressOf(inner)
            | ExprKind::Dereference(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Cast(_, inner)
            | ExprKind::SizeofExpr(inner) => walk(inner, text, out),
            ExprKind::Call(_, arguments) => arguments.iter().for_each(|one| walk(one, text, out)),
            _ => {}
        }
    }
    for (text, parts) in [
        (
            "-(a[1].fd + htons(2))",
            vec!["-(a[1].fd + htons(2))", "a[1].fd + htons(2)", "a[1].fd", "a[1]", "a", "1", "htons(2)", "2"],
        ),
        ("(int)*p->ai_addr", vec!["(int)*p->ai_addr", "*p->ai_addr", "p->ai_addr", "p"]),
        ("sizeof a | {n}", vec!["sizeof a | {n}", "sizeof a", "a", "{n}"]),
        ("&a == \"b\" \"c\"", vec!["&a == \"b\" \"c\"", "&a", "a", "\"b\" \"c\""]),
    ] {
        let mut found = Vec::new();
        walk(&expression(text, 0).unwrap(), text, &mut found);
        assert_eq!(found, parts);
    }
}

#[test]
fn a_mistake_is_told_by_what_was_wanted() {
    let expected = |wanted, found: &str| SyntaxKind::Expected { wanted, found: Some(found.to_owned()) };
    let unknown =
        |name: &str, near: Option<&str>| SyntaxKind::UnknownType { name: name.into(), near: near.map(str::to_owned) };
    let reserved = |name: &str| SyntaxKind::ReservedName(name.to_owned());
    let size = || SyntaxKind::ArraySize { most: 16 << 20 };
    let close = |found| SyntaxKind::WrongArity { function: "close".into(), least: 1, most: Some(1), found };
    for (text, start, end, kind) in [
        ("int a = {1};", 8, 9, expected(Wanted::SingleValue, "{")),
        ("int a[2] = 1;", 11, 12, SyntaxKind::Expected { wanted: Wanted::Symbol("{"), found: None }),
        ("struct linger l = {1, 2, 3};", 25, 26, SyntaxKind::TooManyItems),
        ("pthread_mutex_t m = {0, 1};", 24, 25, SyntaxKind::TooManyItems),
        ("struct linger l = {1 2};", 21, 22, expected(Wanted::Symbol("}"), "2")),
        ("struct linger l = { .l_onoff 1 };", 29, 30, expected(Wanted::Symbol("="), "1")),
        ("close(1, 2);", 0, 11, close(2)),
        ("close();", 0, 7, close(0)),
        ("close(3 4);", 8, 9, expected(Wanted::Symbol(")"), "4")),
        ("signal(SIGPIPE, int);", 16, 19, reserved("int")),
        ("signal(SIGPIPE, static);", 16, 22, SyntaxKind::OutsideSubset("static".into())),
        ("signal(SIGPIPE, XY);", 16, 18, SyntaxKind::UnknownConstant { name: "XY".into(), near: None }),
        ("int errno;", 4, 9, reserved("errno")),
        ("int double;", 4, 10, reserved("double")),
        ("int size_t;", 4, 10, reserved("size_t")),
        ("char t[] = {};", 5, 6, SyntaxKind::MissingArraySize),
        ("char t[-1];", 7, 9, size()),
        ("char t[1 | 2];", 7, 12, size()),
        ("char t[16777217];", 7, 15, size()),
        ("foo bar;", 0, 3, unknown("foo", None)),
        ("foo *bar;", 0, 3, unknown("foo", None)),
        ("foo *bar = 0;", 0, 3, unknown("foo", None)),
        ("struct foo a;", 0, 10, unknown("struct foo", None)),
        ("unsigned char int a;", 0, 17, unknown("unsigned char int", None)),
        ("close x;", 6, 7, expected(Wanted::Semicolon, "x")),
        ("a ? b : c;", 2, 3, SyntaxKind::UnknownOperator("?")),
        ("a = 1, 2;", 5, 6, expected(Wanted::Semicolon, ",")),
        ("x = a.3;", 6, 7, expected(Wanted::Field, "3")),
        ("x = a[1;", 7, 8, expected(Wanted::Symbol("]"), ";")),
    ] {
        assert_eq!(wrong(text), [(start, end, kind)], "{text}");
    }
}

#[test]
fn what_looks_like_a_mistake_and_is_none() {
    for text in [
        ";;close(3);;",
        "x = X;",
        "x = Xy;",
        "x = true;",
        "a * b == c;",
        "a *b + 1;",
        "sizeof x;",
        "signal(SIGPIPE, sizeof x);",
        "printf(\"%d %d\", 1, 2);",
        "char t[2 * 3];",
        "char t[3 - 1];",
        "char t[sizeof(int)];",
        "char t[-(-2)];",
        "char t[16777216];",
        "const int const a = 1;",
        "const char *const p;",
    ] {
        assert_eq!(good(text).statements.len(), 1, "{text}");
    }
}
