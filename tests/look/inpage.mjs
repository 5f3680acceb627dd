// What runs inside a page: each gives what is wrong, in words.
export function inPage() {
  const words = (element) => element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40);

  // What makes the page scroll sideways, or reaches over its edge; the outermost element tells. What
  // scrolls by itself may hold more than it shows.
  function tooWide() {
    const { clientWidth, scrollWidth } = document.scrollingElement;
    const found = [];
    if (scrollWidth > clientWidth) found.push(`scrolls sideways: ${scrollWidth} px wide`);
    const visit = (element) => {
      for (const child of element.children) {
        const { left, right, width } = child.getBoundingClientRect();
        if (width > 0 && (left < -0.5 || right > clientWidth + 0.5)) {
          const reach = `${Math.round(left)} to ${Math.round(right)} px`;
          found.push(`<${child.localName}> reaches from ${reach}: ${words(child)}`);
        } else if (!['auto', 'scroll'].includes(getComputedStyle(child).overflowX)) {
          visit(child);
        }
      }
    };
    visit(document.body);
    return found;
  }

  // Without its picture, its place must say the same.
  function silentPictures() {
    const pictures = [...document.images].filter((image) => image.alt.trim().length < 10);
    return pictures.map((image) => `a picture says nothing: ${image.outerHTML.slice(0, 120)}`);
  }

  // The violations that axe-core finds; a mail has no landmarks, since its client brings them.
  async function violations(isMail) {
    const off = { enabled: false };
    const rules = isMail ? { region: off, 'landmark-one-main': off } : {};
    const options = { rules, resultTypes: ['violations'], preload: false };
    const result = await window.axe.run(document, options);
    return result.violations.flatMap(({ id, nodes }) => {
      const shown = nodes.slice(0, 3).map(({ html, failureSummary, target }) => {
        const why = failureSummary.replace(/\s+/g, ' ').slice(0, 200);
        return `axe ${id}: ${target.join(' ')} ${html.slice(0, 160)} (${why})`;
      });
      const more = nodes.length - shown.length;
      return more > 0 ? [...shown, `axe ${id}: and ${more} more`] : shown;
    });
  }

  window.look = { tooWide, silentPictures, violations };
}
