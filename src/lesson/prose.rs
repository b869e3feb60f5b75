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
    use super::{parse, plain};
    use crate::lesson::model::{Block, Inline};
    use crate::lesson::problem::{MarkdownFault, ProblemKind, Problems};
    use crate::syscall::ast::Span;

    /// The blocks, and what each problem points at.
    fn read(text: &str) -> (Vec<Block>, Vec<(String, ProblemKind)>) {
        const BASE: usize = 100;
        let mut problems = Problems::default();
        let blocks = parse(text, BASE, &mut problems);
        let pointed = |span: Span| text[span.start - BASE..span.end - BASE].to_owned();
        (blocks, problems.finish().into_iter().map(|problem| (pointed(problem.span), problem.kind)).collect())
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
    fn the_innermost_style_goes_on_over_lines() {
        let (blocks, problems) = read("**a\nb** **c** *d\ne*\n\n*x **y***\n\n> *z*");
        assert_eq!(problems, []);
        let (strong, emphasis) = (|text: &str| Inline::Strong(text.into()), |text: &str| Inline::Emphasis(text.into()));
        assert_eq!(
            blocks,
            [
                Block::Paragraph(vec![strong("a b"), text(" "), strong("c"), text(" "), emphasis("d e")]),
                Block::Paragraph(vec![emphasis("x "), strong("y")]),
                Block::Quote(vec![emphasis("z")]),
            ]
        );
    }

    #[test]
    fn a_line_loses_its_marks() {
        let mut problems = Problems::default();
        assert_eq!(
            plain("Le `socket` **de** *x*, <mailto:a@b.fr> y", 0, &mut problems),
            "Le socket de x, mailto:a@b.fr y"
        );
        assert_eq!(plain("> a", 0, &mut problems), "");
        assert!(problems.is_empty());
    }

    #[test]
    fn the_rest_is_refused_with_its_place() {
        for (source, pointed, fault) in [
            ("a <b>gras</b>", "<b>", MarkdownFault::Html),
            ("<div>\n</div>", "<div>\n</div>", MarkdownFault::Html),
            ("voir ![x *y*](y.png)", "![x *y*](y.png)", MarkdownFault::Image),
            ("voir [x](http://y)", "[x](http://y)", MarkdownFault::Link),
            ("a\n\n---\n", "---\n", MarkdownFault::Rule),
            ("titre\n===\n", "titre\n===\n", MarkdownFault::Heading),
            ("a\n\n    code\n", "code\n", MarkdownFault::CodeBlock),
            ("- a\n  - b\n", "- b\n", MarkdownFault::NestedBlock),
            ("- a\n\n  b\n", "b\n", MarkdownFault::NestedBlock),
            ("> - a\n", "- a\n", MarkdownFault::NestedBlock),
            ("> > a\n", "> a\n", MarkdownFault::NestedBlock),
            ("a  \nb", "  \n", MarkdownFault::HardBreak),
            ("[x]: http://y\n", "[x]: http://y", MarkdownFault::Reference),
        ] {
            assert_eq!(read(source).1, [(pointed.to_owned(), ProblemKind::Markdown(fault))], "{source:?}");
        }
    }

    #[test]
    fn what_follows_something_refused_is_read() {
        let paragraphs = |texts: &[&str]| texts.iter().map(|one| Block::Paragraph(vec![text(one)])).collect::<Vec<_>>();
        for (source, expected) in [
            ("a ![x **y** [z](t)](u)\nb", paragraphs(&["a  b"])),
            ("a\n# x **y** `z`\nb", paragraphs(&["a", "b"])),
            ("a\n> - x\n>   - y\n\nb", paragraphs(&["a", "b"])),
            ("a <b>\nb", paragraphs(&["a  b"])),
        ] {
            let (blocks, problems) = read(source);
            assert_eq!((blocks, problems.len()), (expected, 1), "{source:?}: {problems:?}");
        }
    }
}
