//! `question` blocks: predictions.

use std::collections::BTreeMap;

use crate::lesson::keywords::question;
use crate::lesson::model::Question;
use crate::lesson::problem::{Problems, QuestionFault};
use crate::lesson::table::{self, Reader};
use crate::syscall::ast::Span;

/// Choices of a question: each is one key.
const CHOICES: std::ops::RangeInclusive<usize> = 2..=9;

/// Reads the body of a block.
pub fn parse(text: &str, body: Span, problems: &mut Problems) -> Option<Question> {
    let source = text.get(body.start..body.end).unwrap_or_default();
    let parsed = table::parse(source, body.start, problems);
    let mut reader = Reader::new(&parsed, body.start, first_line(text, body), problems);
    for key in [question::STATEMENT, question::CHOICES, question::ANSWER, question::WHY] {
        reader.require(key);
    }
    let statement = reader.text(question::STATEMENT);
    let choices: Vec<String> = reader.texts(question::CHOICES).into_iter().map(|choice| choice.value).collect();
    let most = choices.len();
    if reader.has(question::CHOICES) && !CHOICES.contains(&most) && !reader.is_broken() {
        let (from, to) = (*CHOICES.start(), *CHOICES.end());
        reader.problems.push(first_line(text, body), QuestionFault::ChoiceCount { from, to });
    }
    let answer = reader.integer(question::ANSWER, &(1..=i64::from(u8::MAX)));
    let right = answer.and_then(|answer| {
        let index = usize::try_from(answer.value).ok()?.checked_sub(1)?;
        if index < most {
            return Some(index);
        }
        reader.problems.push(answer.span, QuestionFault::NoSuchChoice { most });
        None
    });
    let why = reader.text(question::WHY);
    let wrong = explanations(&mut reader, most, right);
    reader.finish();
    Some(Question { statement: statement?.value, choices, answer: right?, why: why?.value, wrong, span: body })
}

/// `si_2 = "…"`: why the second choice is wrong.
fn explanations(reader: &mut Reader, most: usize, right: Option<usize>) -> BTreeMap<usize, String> {
    let mut wrong = BTreeMap::new();
    for key in reader.keys() {
        if reader.problems.full() {
            break;
        }
        let Some(number) = key.value.strip_prefix(question::WRONG).and_then(|digits| digits.parse::<usize>().ok())
        else {
            continue;
        };
        let explanation = reader.other_text(key.value.clone());
        match number.checked_sub(1).filter(|index| *index < most) {
            None => reader.problems.push(key.span, QuestionFault::NoSuchChoice { most }),
            Some(index) if Some(index) == right => reader.problems.push(key.span, QuestionFault::ExplainsTheAnswer),
            Some(index) => {
                wrong.extend(explanation.map(|explanation| (index, explanation.value)));
            }
        }
    }
    wrong
}

/// Where a block that lacks something is shown: its first line.
pub fn first_line(text: &str, body: Span) -> Span {
    let source = text.get(body.start..body.end).unwrap_or_default();
    let length = source.split('\n').next().unwrap_or_default().trim_end().len();
    Span { start: body.start, end: body.start + length }
}

#[cfg(test)]
mod tests;
