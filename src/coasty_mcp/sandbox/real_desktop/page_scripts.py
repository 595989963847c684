"""What is asked of a page, in its own language."""

FOUND = "selector => document.querySelector(selector) !== null"
PLACE = """selector => {
  const found = document.querySelector(selector);
  if (!found) return null;
  found.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
  const box = found.getBoundingClientRect();
  return {x: box.x + box.width / 2, y: box.y + box.height / 2};
}"""
"""The middle of an element, in pixels of the page's visible part."""
FOCUS = """(selector, text) => {
  const found = document.querySelector(selector);
  if (!found) return {problem: `Nothing on the page matches ${selector}.`};
  found.scrollIntoView({block: 'center', behavior: 'instant'});
  found.focus();
  if (found.tagName === 'SELECT') {
    const option = [...found.options].find(each => [each.value, each.text].includes(text));
    if (!option) return {problem: `${selector} has no option ${text}.`};
    found.value = option.value;
    for (const kind of ['input', 'change']) found.dispatchEvent(new Event(kind, {bubbles: true}));
    return {};
  }
  if (found.select) found.select();
  else if (found.isContentEditable) getSelection().selectAllChildren(found);
  else return {problem: `${selector} takes no text.`};
  return {takes_text: true};
}"""
"""Chooses an option, or puts the focus where text is to be typed in place of what is there."""
STATE = """(() => {
  const at = document.activeElement;
  return {
    focused: at && at !== document.body ? (at.id || at.name || at.tagName.toLowerCase()) : null,
    scroll_y: Math.round(scrollY),
  };
})()"""
CLICKABLES = r"""(() => {
  const border = (outerWidth - innerWidth) / 2;
  const left = screenX + border, top = screenY + outerHeight - innerHeight - border;
  const kinds = 'a[href], button, input:not([type=hidden]), select, textarea, summary, ' +
    '[role=button], [role=link], [role=tab], [role=menuitem], [onclick], [contenteditable=true]';
  const path = at => {
    if (at.id) return '#' + CSS.escape(at.id);
    if (!at.parentElement) return at.tagName.toLowerCase();
    const nth = [...at.parentElement.children].indexOf(at) + 1;
    return `${path(at.parentElement)} > ${at.tagName.toLowerCase()}:nth-child(${nth})`;
  };
  const text = at => (at.labels?.[0]?.innerText || at.getAttribute('aria-label') ||
    at.innerText || at.placeholder || at.value || at.title || '').trim().slice(0, 100);
  const seen = at => {
    const box = at.getBoundingClientRect();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    return box.width && box.height && at.contains(document.elementFromPoint(x, y));
  };
  return [...document.querySelectorAll(kinds)].filter(seen).slice(0, 200).map((at, index) => {
    const box = at.getBoundingClientRect();
    return {
      index, selector: path(at), role: at.getAttribute('role') || at.tagName.toLowerCase(),
      text: text(at), x: Math.round(left + box.x), y: Math.round(top + box.y),
      width: Math.round(box.width), height: Math.round(box.height),
    };
  });
})()"""
"""What can be clicked, in pixels of the screen."""
