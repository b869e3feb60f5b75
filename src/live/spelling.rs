//! An argument as C writes it, without the casts that a signature asks for: `&adresse`.

use crate::syscall::ast::{BinaryOperator, Expr, ExprKind};

/// The source of an expression, rebuilt: outer casts of a name or an address are left out.
pub(super) fn spell(expression: &Expr) -> String {
    match &expression.kind {
        ExprKind::Cast(target, inner) => match &inner.kind {
            ExprKind::Integer(_) | ExprKind::Constant(..) => format!("({}){}", target.spelling(), spell(inner)),
            _ => spell(inner),
        },
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Text(text) => format!("\"{}\"", text.escape_ascii()),
        ExprKind::Null => "NULL".to_owned(),
        ExprKind::Variable(name) | ExprKind::Constant(name, _) | ExprKind::Handler(name) => name.clone(),
        ExprKind::Field(object, name) => format!("{}.{name}", spell(object)),
        ExprKind::Arrow(pointer, name) => format!("{}->{name}", spell(pointer)),
        ExprKind::Index(array, index) => format!("{}[{}]", spell(array), spell(index)),
        ExprKind::AddressOf(object) => format!("&{}", spell(object)),
        ExprKind::Dereference(pointer) => format!("*{}", spell(pointer)),
        ExprKind::Negate(operand) => format!("-{}", spell(operand)),
        ExprKind::Complement(operand) => format!("~{}", spell(operand)),
        ExprKind::SizeofType(ctype) => format!("sizeof({})", ctype.spelling()),
        ExprKind::SizeofExpr(operand) => format!("sizeof {}", spell(operand)),
        ExprKind::Binary(operator, left, right) => format!("{} {} {}", spell(left), sign(*operator), spell(right)),
        ExprKind::Call(name, arguments) => {
            let arguments: Vec<_> = arguments.iter().map(spell).collect();
            format!("{name}({})", arguments.join(", "))
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

#[cfg(test)]
mod tests {
    use super::spell;
    use crate::syscall::ast::{Expr, ExprKind, Span};
    use crate::syscall::ctype::CType;

    #[allow(clippy::unnecessary_box_returns, reason = "most are children")]
    fn expr(kind: ExprKind) -> Box<Expr> {
        Box::new(Expr { kind, span: Span::default() })
    }

    #[test]
    fn a_cast_of_an_address_is_left_out() {
        let variable = expr(ExprKind::Variable("adresse".to_owned()));
        let cast = expr(ExprKind::Cast(CType::pointer_to(CType::Void), expr(ExprKind::AddressOf(variable))));
        assert_eq!(spell(&cast), "&adresse");
        let one = expr(ExprKind::Cast(CType::pointer_to(CType::int()), expr(ExprKind::Integer(1))));
        assert_eq!(spell(&one), "(int *)1");
    }
}
