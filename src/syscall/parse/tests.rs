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
        assert!(matches!(&wrong(text)[..], [(_, _, SyntaxKind::KernelCallInside(found))] if found == name), "{text}");
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
