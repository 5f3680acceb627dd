// A few of the mails stand for all: whatever a kind of report shows in a language is on one of them.

// The largest come first, and each mail adds a heading, a class or a colour that the ones before lack.
export function covering(mails) {
  const marked = mails.map((mail) => ({ mail, marks: marksOf(mail) }));
  marked.sort((a, b) => b.mail.encodedBytes - a.mail.encodedBytes || (a.mail.name < b.mail.name ? -1 : 1));
  const left = new Set(marked.flatMap(({ marks }) => [...marks]));
  const gain = ({ marks }) => [...marks].filter((mark) => left.has(mark)).length;
  const chosen = [];
  while (left.size > 0) {
    const best = marked.reduce((best, one) => (gain(one) > gain(best) ? one : best));
    best.marks.forEach((mark) => left.delete(mark));
    chosen.push(best.mail);
  }
  return chosen;
}

function marksOf({ kind, language, html }) {
  const headings = [...html.matchAll(/<h[2-6][^>]*>(.*?)<\/h/gs)].map(([, inner]) => inner);
  // “Causes: Sales” and “Causes: New customers” look the same.
  const titles = headings.map((inner) => inner.replace(/<[^>]*>|[:：（(].*|[\d-]+/gs, '').trim());
  const classes = [...html.matchAll(/ class="([^"]*)"/g)].flatMap(([, names]) => names.split(' '));
  const colours = [...html.matchAll(/(?:bgcolor="|color:)(#[0-9a-f]+)/g)].map(([, colour]) => colour);
  return new Set([...titles, ...classes, ...colours].map((mark) => `${kind} ${language} ${mark}`));
}
