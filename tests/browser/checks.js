/*
 * The visible faults of the current page: an array of sentences, empty if there are none.
 * arguments: [options] with lang (expected), tap (minimum size of a target in px, 0: not checked),
 * contrast (true: colours are computed).
 */
var options = arguments[0], found = [], doc = document;

function name(e) {
  var text = (e.getAttribute('aria-label') || e.textContent || e.name || '').trim().replace(/\s+/g, ' ').slice(0, 40);
  return '<' + e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className && e.className.baseVal === undefined ?
    '.' + String(e.className).trim().replace(/\s+/g, '.') : '') + '> "' + text + '"';
}

function say(e, text) {
  found.push(name(e) + ': ' + text);
}

/* Only for screen readers: clipped to nothing, or one pixel. */
function forEars(e) {
  for (; e && e !== doc.documentElement; e = e.parentElement) {
    var style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (style.position === 'absolute' && box.width <= 1.5 && box.height <= 1.5) { return true; }
  }
  return false;
}

function shown(e) {
  var box = e.getBoundingClientRect();
  return e.checkVisibility({ checkVisibilityCSS: true }) && box.width > 0 && box.height > 0;
}

function all(selector) {
  return Array.from(doc.querySelectorAll(selector));
}

function words(ids) {
  return (ids || '').split(/\s+/).filter(Boolean).map(function (id) {
    var e = doc.getElementById(id);
    return e ? e.textContent : '';
  }).join(' ').trim();
}

/* names and references */
all('input:not([type=hidden]), select, textarea').forEach(function (e) {
  var label = Array.from(e.labels || []).map(function (l) { return l.textContent; }).join(' ').trim();
  if (!label && !(e.getAttribute('aria-label') || '').trim() && !words(e.getAttribute('aria-labelledby'))) {
    say(e, 'has no label');
  }
});
all('button, a[href], summary').forEach(function (e) {
  if (!e.textContent.trim() && !(e.getAttribute('aria-label') || '').trim()) { say(e, 'has no name'); }
});
var ids = {};
all('[id]').forEach(function (e) {
  if (ids[e.id]) { say(e, 'id is not unique'); }
  ids[e.id] = true;
});
['for', 'aria-labelledby', 'aria-describedby', 'form'].forEach(function (attribute) {
  all('[' + attribute + ']').forEach(function (e) {
    e.getAttribute(attribute).split(/\s+/).forEach(function (id) {
      if (!doc.getElementById(id)) { say(e, attribute + ' names nothing: ' + id); }
    });
  });
});
all('a[href^="#"]').forEach(function (e) {
  if (!doc.getElementById(e.getAttribute('href').slice(1))) { say(e, 'leads to nothing'); }
});
all('img').forEach(function (e) {
  if (!e.hasAttribute('alt')) { say(e, 'has no alt'); }
  if (!e.getAttribute('width') || !e.getAttribute('height')) { say(e, 'has no fixed size'); }
});
all('svg').forEach(function (e) {
  if (e.getAttribute('aria-hidden') !== 'true' && !e.querySelector('title')) { say(e, 'is neither hidden nor named'); }
});

/* structure */
var headings = all('h1, h2, h3, h4, h5, h6').filter(function (e) { return e.checkVisibility(); });
if (!headings.length || headings[0].tagName !== 'H1') { found.push('the first heading is not h1'); }
if (headings.filter(function (e) { return e.tagName === 'H1'; }).length !== 1) { found.push('not exactly one h1'); }
headings.reduce(function (before, e) {
  var level = Number(e.tagName[1]);
  if (level > before + 1) { say(e, 'skips a level after h' + before); }
  return level;
}, 0);
if (doc.documentElement.lang.split('-')[0] !== options.lang) { found.push('lang is ' + doc.documentElement.lang); }
if (!doc.title.trim()) { found.push('no title'); }
if (all('main').length !== 1) { found.push('not exactly one main'); }
if (!all('[aria-live], [role=status]').length) { found.push('no live region'); }
all('[role=alert], [data-over]').forEach(function (e) {
  if (!e.hasAttribute('tabindex')) { say(e, 'cannot take the focus'); }
});

/* width */
var wide = doc.documentElement.clientWidth;
if (doc.documentElement.scrollWidth > wide) {
  found.push('scrolls sideways: ' + doc.documentElement.scrollWidth + ' in ' + wide);
}
all('body *').forEach(function (e) {
  var box = e.getBoundingClientRect();
  if (shown(e) && !forEars(e) && (box.right > wide + 0.6 || box.left < -0.6) && !e.closest('.skip')) {
    say(e, 'reaches out of the page: ' + Math.round(box.left) + ' to ' + Math.round(box.right) + ' of ' + wide);
  }
});

/* targets */
function target(e) {
  var box, label;
  if (e.matches('input[type=radio], input[type=checkbox]')) {
    label = Array.from(e.labels)[0];
    box = label && label.contains(e) ? label.getBoundingClientRect() : e.getBoundingClientRect();
  } else {
    box = e.getBoundingClientRect();
  }
  return box;
}
if (options.tap) {
  all('a[href], button, input:not([type=hidden]), select, textarea, summary').forEach(function (e) {
    var box = target(e);
    if (!shown(e) || forEars(e) || e.disabled || e.closest('.skip')) { return; }
    if (box.height < options.tap - 0.5 || box.width < options.tap - 0.5) {
      say(e, 'is ' + box.width.toFixed(1) + ' x ' + box.height.toFixed(1) + ' px, too small for a finger');
    }
  });
}

/* colours */
var pen = doc.createElement('canvas').getContext('2d', { willReadFrequently: true }), known = {};
function rgba(text) {
  if (!known[text]) {
    pen.canvas.width = pen.canvas.height = 1;
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    var d = pen.getImageData(0, 0, 1, 1).data;
    known[text] = [d[0], d[1], d[2], d[3] / 255];
  }
  return known[text];
}
function over(top, below) {
  return [0, 1, 2].map(function (i) { return top[i] * top[3] + below[i] * (1 - top[3]); }).concat(1);
}
function luminance(c) {
  var l = c.slice(0, 3).map(function (v) {
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
}
function ratio(a, b) {
  var x = luminance(a), y = luminance(b);
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
function behind(e) {
  var layers = [], colour = [255, 255, 255, 1];
  for (; e; e = e.parentElement) {
    layers.push(rgba(getComputedStyle(e).backgroundColor));
    if (layers[layers.length - 1][3] === 1) { break; }
  }
  layers.reverse().forEach(function (layer) { colour = over(layer, colour); });
  return colour;
}
function opacity(e) {
  var o = 1;
  for (; e; e = e.parentElement) { o *= Number(getComputedStyle(e).opacity); }
  return o;
}
function text(e) {
  var style = getComputedStyle(e), back = behind(e), ink = rgba(style.color).slice();
  var size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
  var least = size >= 24 || size >= 18.66 && bold ? 3 : 4.5, got;
  ink[3] *= opacity(e);
  got = ratio(over(ink, back), back);
  if (got < least) {
    say(e, 'contrast ' + got.toFixed(2) + ' of ' + least + ' (' + style.color + ' on ' + back.slice(0, 3).map(Math.round) + ')');
  }
}
function edge(e) {
  var style = getComputedStyle(e), around = behind(e.parentElement), got;
  if (style.appearance === 'none' || parseFloat(style.opacity) === 0) { return; }
  got = ratio(over(rgba(style.borderTopColor), around), around);
  if (got < 3) { say(e, 'its edge has contrast ' + got.toFixed(2) + ' of 3'); }
}
if (options.contrast) {
  var walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT), seen = new Set(), e;
  while (walker.nextNode()) {
    e = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && !seen.has(e) && !/^(SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(e.tagName) &&
        shown(e) && !forEars(e) && !e.closest('.skip, :disabled, svg')) {
      seen.add(e);
      text(e);
    }
  }
  all('input:not([type=hidden]), select, textarea, .alt, .slot').filter(shown).forEach(edge);
  all('.main:not(:disabled)').filter(shown).forEach(function (b) {
    var got = ratio(behind(b), behind(b.parentElement));
    if (got < 1.2) { say(b, 'does not stand out: ' + got.toFixed(2)); }
  });
}
return found;
