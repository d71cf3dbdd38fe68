// The editor over the text field of a piece: Squire draws it, the hidden field carries it, the server cleans it.
// Without this file the field itself is edited, as HTML or plain text.
import Squire from "./vendor/squire.mjs";
import { count } from "./words.js";

const KEPT = new Set(["P", "H2", "H3", "BLOCKQUOTE", "UL", "OL", "LI", "HR", "BR", "A", "B", "STRONG", "I", "EM", "SUP"]);
const LINK = /^(https?:\/\/|mailto:)/i;

// What is pasted is cut down before it is drawn: inert document, known tags, three attributes.
function sanitised(html) {
  const source = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  copy(source.body, fragment);
  return fragment;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    else if (node.nodeType === Node.ELEMENT_NODE) copy(node, opened(node, to));
  }
}

function opened(node, parent) {
  if (["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "SVG", "TITLE"].includes(node.nodeName.toUpperCase())) return document.createDocumentFragment();
  const name = { STRONG: "B", EM: "I", H1: "H2", H4: "H3", DIV: "P" }[node.nodeName] ?? node.nodeName;
  if (!KEPT.has(name)) return parent;
  const made = document.createElement(name);
  const href = node.getAttribute("href") ?? "";
  if (name === "A" && LINK.test(href)) made.setAttribute("href", href);
  if (["ltr", "rtl", "auto"].includes(node.getAttribute("dir"))) made.setAttribute("dir", node.getAttribute("dir"));
  parent.append(made);
  return made;
}

function within(editor, tag) {
  return new RegExp(`(^|>)${tag}([.\\[#>]|$)`).test(editor.getPath());
}

function retag(editor, tag) {
  editor.modifyBlocks((fragment) => {
    for (const block of [...fragment.querySelectorAll("p, h2, h3")]) {
      const made = document.createElement(tag);
      if (block.dir) made.dir = block.dir;
      made.append(...block.childNodes);
      block.replaceWith(made);
    }
    return fragment;
  });
}

function link(editor, question) {
  if (within(editor, "A")) return editor.removeLink();
  const address = window.prompt(question, "https://")?.trim() ?? "";
  if (LINK.test(address)) editor.makeLink(address);
}

function turn(editor, surface) {
  const block = surface.ownerDocument.getSelection()?.anchorNode?.parentElement?.closest("p, h2, h3, li, blockquote");
  const now = block ? getComputedStyle(block).direction : surface.dir;
  editor.setTextDirection(now === "rtl" ? "ltr" : "rtl");
}

function acts(editor, surface, question) {
  return {
    bold: () => (editor.hasFormat("B") ? editor.removeBold() : editor.bold()),
    italic: () => (editor.hasFormat("I") ? editor.removeItalic() : editor.italic()),
    link: () => link(editor, question),
    heading: () => retag(editor, within(editor, "H2") ? "p" : "h2"),
    quote: () => (within(editor, "BLOCKQUOTE") ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel()),
    bullets: () => (within(editor, "UL") ? editor.removeList() : editor.makeUnorderedList()),
    numbers: () => (within(editor, "OL") ? editor.removeList() : editor.makeOrderedList()),
    direction: () => turn(editor, surface),
  };
}

const PRESSED = { bold: "B", italic: "I", link: "A", heading: "H2", quote: "BLOCKQUOTE", bullets: "UL", numbers: "OL" };

function draw(area) {
  const tools = document.querySelector("[data-editor-tools]");
  const line = document.getElementById(area.dataset.editor);
  const surface = document.createElement("div");
  surface.className = "manuscript editor";
  for (const name of ["lang", "dir", "spellcheck", "aria-describedby"]) {
    if (area.hasAttribute(name)) surface.setAttribute(name, area.getAttribute(name));
  }
  surface.setAttribute("role", "textbox");
  surface.setAttribute("aria-multiline", "true");
  surface.setAttribute("aria-labelledby", "body-label");
  area.after(surface);
  const editor = new Squire(surface, { blockTag: "P", addLinks: false, sanitizeToDOMFragment: sanitised });
  editor.setHTML(area.value);
  area.hidden = true;
  document.getElementById("body-hint")?.setAttribute("hidden", "");
  document.getElementById("body-label")?.addEventListener("click", () => editor.focus());
  const rest = line.textContent.includes("·") ? ` · ${line.textContent.split("·")[1].trim()}` : "";
  let waiting = 0;
  const carry = () => {
    clearTimeout(waiting);
    area.value = editor.getHTML();
  };
  const tell = () => {
    carry();
    line.textContent = line.dataset.text.replace("{count}", count(surface.innerText)) + rest;
  };
  editor.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(tell, 200);
  });
  area.form.addEventListener("submit", carry);
  tools.hidden = false;
  const table = acts(editor, surface, tools.dataset.linkQuestion);
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    table[button.dataset.do]();
    editor.focus();
    tell();
  });
  editor.addEventListener("pathChange", () => {
    for (const button of tools.querySelectorAll("[data-do]")) {
      const tag = PRESSED[button.dataset.do];
      if (tag) button.setAttribute("aria-pressed", String(within(editor, tag)));
    }
  });
}

const field = document.querySelector("textarea[data-editor]");
if (field) draw(field);
