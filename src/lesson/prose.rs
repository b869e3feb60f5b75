//! The reduced Markdown of a lesson's text. What it leaves out is refused, not passed over.

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use crate::lesson::model::{Block, Inline};
use crate::lesson::problem::{MarkdownFault, Problems};
use crate::syscall::ast::Span;

/// Reads Markdown whose first byte is at `base`.
pub fn parse(text: &str, base: usize, problems: &mut Problems) -> Vec<Block> {
    let parser = Parser::new(text);
    for (_, definition) in parser.reference_definitions().iter() {
        problems.push(shift(base, &definition.span), MarkdownFault::Reference);
    }
    let mut reader = Reader { problems, blocks: Vec::new(), inlines: Vec::new(), open: Vec::new(), skipped: 0 };
    for (event, range) in parser.into_offset_iter() {
        reader.event(event, shift(base, &range));
    }
    reader.blocks
}

/// The text of one line of Markdown, without its marks.
pub fn plain(text: &str, base: usize, problems: &mut Problems) -> String {
    let blocks = parse(text, base, problems);
    let mut plain = String::new();
    for block in &blocks {
        if let Block::Paragraph(inlines) = block {
            for inline in inlines {
                let (Inline::Text(text) | Inline::Code(text) | Inline::Strong(text) | Inline::Emphasis(text)) = inline;
                plain.push_str(text);
            }
        }
    }
    plain
}

fn shift(base: usize, range: &std::ops::Range<usize>) -> Span {
    Span { start: base + range.start, end: base + range.end }
}

/// A construct that is open around the current event.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Paragraph,
    Quote,
    List,
    Item,
    Strong,
    Emphasis,
    Autolink,
}

struct Reader<'p> {
    problems: &'p mut Problems,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    open: Vec<Open>,
    /// Depth inside a refused construct.
    skipped: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: Event, span: Span) {
        match event {
            Event::Start(_) if self.skipped > 0 => self.skipped += 1,
            Event::End(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Event::Start(tag) => self.start(&tag, span),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.inlines.push(Inline::Code(code.into_string())),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.problems.push(span, MarkdownFault::HardBreak),
            Event::Rule => self.problems.push(span, MarkdownFault::Rule),
            // The tag that opens was refused already.
            Event::InlineHtml(tag) if tag.starts_with("</") => {}
            _ => self.problems.push(span, MarkdownFault::Html),
        }
    }

    fn start(&mut self, tag: &Tag, span: Span) {
        let top = self.open.is_empty();
        let open = match tag {
            Tag::Paragraph if top || matches!(self.open.last(), Some(Open::Quote)) => Ok(Open::Paragraph),
            // A second paragraph of an item would be glued to the first.
            Tag::Paragraph if self.inlines.is_empty() => Ok(Open::Paragraph),
            Tag::BlockQuote(None) if top => Ok(Open::Quote),
            Tag::List(_) if top => Ok(Open::List),
            Tag::Item => Ok(Open::Item),
            Tag::Strong => Ok(Open::Strong),
            Tag::Emphasis => Ok(Open::Emphasis),
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => Ok(Open::Autolink),
            Tag::Link { .. } => Err(MarkdownFault::Link),
            Tag::Image { .. } => Err(MarkdownFault::Image),
            Tag::Heading { .. } => Err(MarkdownFault::Heading),
            Tag::CodeBlock(_) => Err(MarkdownFault::CodeBlock),
            Tag::HtmlBlock => Err(MarkdownFault::Html),
            _ => Err(MarkdownFault::NestedBlock),
        };
        match open {
            Ok(open) => {
                if let Tag::List(first) = tag {
                    self.blocks.push(Block::List { ordered: first.is_some(), items: Vec::new() });
                }
                self.open.push(open);
            }
            Err(fault) => {
                self.problems.push(span, fault);
                self.skipped = 1;
            }
        }
    }

    fn end(&mut self, end: TagEnd) {
        self.open.pop();
        match end {
            TagEnd::Paragraph if self.open.is_empty() => {
                let inlines = std::mem::take(&mut self.inlines);
                self.blocks.push(Block::Paragraph(inlines));
            }
            TagEnd::Paragraph if self.open.last() == Some(&Open::Quote) => {
                let inlines = std::mem::take(&mut self.inlines);
                self.blocks.push(Block::Quote(inlines));
            }
            TagEnd::Item => {
                let inlines = std::mem::take(&mut self.inlines);
                if let Some(Block::List { items, .. }) = self.blocks.last_mut() {
                    items.push(inlines);
                }
            }
            _ => {}
        }
    }

    /// The innermost style wins: a lesson's text has one level of it.
    fn text(&mut self, text: &str) {
        let style = self.open.iter().rev().find(|open| matches!(open, Open::Strong | Open::Emphasis));
        let last = self.inlines.last_mut();
        match (style, last) {
            (None, Some(Inline::Text(before)))
            | (Some(Open::Strong), Some(Inline::Strong(before)))
            | (Some(Open::Emphasis), Some(Inline::Emphasis(before))) => before.push_str(text),
            (Some(Open::Strong), _) => self.inlines.push(Inline::Strong(text.to_owned())),
            (Some(_), _) => self.inlines.push(Inline::Emphasis(text.to_owned())),
            (None, _) => self.inlines.push(Inline::Text(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::lesson::model::{Block, Inline};
    use crate::lesson::problem::{MarkdownFault, ProblemKind, Problems};

    fn read(text: &str) -> (Vec<Block>, Vec<(usize, ProblemKind)>) {
        let mut problems = Problems::default();
        let blocks = parse(text, 0, &mut problems);
        (blocks, problems.finish().into_iter().map(|problem| (problem.span.start, problem.kind)).collect())
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn the_reduced_markdown() {
        let (blocks, problems) = read(
            "Un **mot** et `du code`\nsur *deux* lignes.\n\n- un\n- `deux`\n\n1. a\n\n2. b\n\n> note\n> suite\n\nfin <https://x.fr>",
        );
        assert_eq!(problems, []);
        assert_eq!(
            blocks,
            [
                Block::Paragraph(vec![
                    text("Un "),
                    Inline::Strong("mot".into()),
                    text(" et "),
                    Inline::Code("du code".into()),
                    text(" sur "),
                    Inline::Emphasis("deux".into()),
                    text(" lignes."),
                ]),
                Block::List { ordered: false, items: vec![vec![text("un")], vec![Inline::Code("deux".into())]] },
                Block::List { ordered: true, items: vec![vec![text("a")], vec![text("b")]] },
                Block::Quote(vec![text("note suite")]),
                Block::Paragraph(vec![text("fin https://x.fr")]),
            ]
        );
    }

    #[test]
    fn the_rest_is_refused_with_its_place() {
        for (source, start, fault) in [
            ("a <b>gras</b>", 2, MarkdownFault::Html),
            ("<div>\n</div>", 0, MarkdownFault::Html),
            ("voir ![x](y.png)", 5, MarkdownFault::Image),
            ("voir [x](http://y)", 5, MarkdownFault::Link),
            ("a\n\n---\n", 3, MarkdownFault::Rule),
            ("titre\n===\n", 0, MarkdownFault::Heading),
            ("a\n\n    code\n", 7, MarkdownFault::CodeBlock),
            ("- a\n  - b\n", 6, MarkdownFault::NestedBlock),
            ("- a\n\n  b\n", 7, MarkdownFault::NestedBlock),
            ("> - a\n", 2, MarkdownFault::NestedBlock),
            ("a  \nb", 1, MarkdownFault::HardBreak),
            ("[x]: http://y\n", 0, MarkdownFault::Reference),
        ] {
            let found = read(source).1;
            assert_eq!(found.first(), Some(&(start, ProblemKind::Markdown(fault))), "{source:?}: {found:?}");
        }
    }
}
