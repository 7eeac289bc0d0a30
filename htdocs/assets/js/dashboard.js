/*
 * What makes the dashboard smoother. Everything works without it: each part looks for its
 * own mark in the page and leaves the plain form as it is.
 *   form[data-guard]          asks before what was typed is lost
 *   form[data-busy]           one submit, and a word about it meanwhile
 *   button[data-again]        brings a file: the page stays, and the form can be sent again
 *   [data-copy=ID]            copies the value of that field
 *   [data-share=URL]          the device's own way to share
 *   [data-only="name=value"]  is of use with that choice alone
 *   input[data-color]         a picker beside the text
 *   [data-preview]            the look of a form's name and colours
 *   [data-free=URL]           asks whether the subdomain in the form is free
 *   [data-day]                a day of the weekly hours
 *   [data-rows]               rows of which more can be had
 *   [data-said=ID]            fields whose meaning stands in words in that element
 *   form[data-auto]           filters that apply themselves
 *   form[data-picture]        a picture that is chosen and waits to be sent
 */
(function () {
  'use strict';

  var doc = document, live = doc.getElementById('live');

  function all(selector, root) {
    return Array.prototype.slice.call((root || doc).querySelectorAll(selector));
  }

  function each(selector, fn) {
    all(selector).forEach(fn);
  }

  function say(text) {
    live.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(function () { live.textContent = ''; }, 4000);
  }

  function button(text, fn) {
    var made = doc.createElement('button');
    made.type = 'button';
    made.className = 'quiet';
    made.textContent = text;
    made.addEventListener('click', fn);
    return made;
  }

  /* -- forms -- */

  function state(form) {
    return new URLSearchParams(new FormData(form)).toString();
  }

  function guard(form) {
    var before = state(form), sent = false, wrong = doc.querySelector('.msg[role=alert]');
    form.addEventListener('submit', function () { sent = true; });
    addEventListener('pageshow', function () { sent = false; });
    addEventListener('beforeunload', function (event) {
      if (!sent && (wrong || 'changed' in form.dataset || state(form) !== before)) {
        event.preventDefault();
        event.returnValue = '';
      }
    });
  }

  /* Who has chosen a picture sees which button sends it, and is asked before another one loses it. */
  function picture(form) {
    var field = form.querySelector('input[type=file]'), send = form.querySelector('button'), sent = false;
    field.addEventListener('change', function () {
      send.className = field.value ? 'main' : 'alt';
    });
    form.addEventListener('submit', function () { sent = true; });
    addEventListener('beforeunload', function (event) {
      if (field.value && !sent) {
        event.preventDefault();
        event.returnValue = '';
      }
    });
  }

  /* An address may lead to a field that is folded away. */
  function unfold() {
    var target = location.hash.length > 1 && doc.getElementById(location.hash.slice(1)), fold = target && target.closest('details');
    if (fold) {
      fold.open = true;
      target.focus();
      target.scrollIntoView({ block: 'center' });
    }
  }

  function once() {
    doc.addEventListener('submit', function (event) {
      var form = event.target, pressed = event.submitter;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      if (event.defaultPrevented || form.method !== 'post' || (pressed && 'again' in pressed.dataset)) {
        return;
      }
      form.dataset.sent = '1';
      if (form.dataset.busy) {
        live.textContent = form.dataset.busy;
      }
      if (pressed) {
        pressed.setAttribute('aria-disabled', 'true');
      }
    });
    addEventListener('pageshow', function (event) {
      if (event.persisted) {
        each('form[data-sent]', function (form) { delete form.dataset.sent; });
        each('[aria-disabled]', function (e) { e.removeAttribute('aria-disabled'); });
        live.textContent = '';
      }
    });
  }

  function auto(form) {
    form.addEventListener('change', function (event) {
      if (event.target.matches('select, input[type=date], input[type=checkbox]')) {
        form.requestSubmit();
      }
    });
  }

  function only(e) {
    var parts = e.dataset.only.split('='), choice = doc.getElementById(parts[0]);
    function apply() {
      e.hidden = choice.value !== parts[1];
    }
    if (choice) {
      choice.addEventListener('change', apply);
      apply();
    }
  }

  /* What the rules of a service mean, in words, while they are typed. */
  function said(box) {
    var form = box.closest('form'), out = doc.getElementById(box.dataset.said), timer;
    function ask() {
      var asked = state(form);
      fetch(form.action, { method: 'POST', credentials: 'same-origin', body: new URLSearchParams(asked + '&preview=1') })
        .then(function (answer) { return answer.status === 200 ? answer.text() : ''; })
        .then(function (text) {
          var now = new DOMParser().parseFromString(text, 'text/html').getElementById(box.dataset.said);
          if (now && out && state(form) === asked) {
            out.replaceChildren.apply(out, Array.prototype.slice.call(now.childNodes));
          }
        }).catch(function () {});
    }
    box.addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(ask, 500);
    });
  }

  /* -- copy and share -- */

  function copy(e) {
    var field = doc.getElementById(e.dataset.copy);
    e.hidden = false;
    e.addEventListener('click', function () {
      function done() { say(live.dataset.copied); }
      field.focus();
      field.select();
      if (navigator.clipboard) {
        navigator.clipboard.writeText(field.value).then(done, function () { doc.execCommand('copy'); done(); });
      } else {
        doc.execCommand('copy');
        done();
      }
    });
  }

  function share(e) {
    if (navigator.share) {
      e.hidden = false;
      e.addEventListener('click', function () {
        navigator.share({ title: e.dataset.title, url: e.dataset.share }).catch(function () {});
      });
    }
  }

  /* -- colours -- */

  function channel(v) {
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  }

  function luminance(hex) {
    return 0.2126 * channel(parseInt(hex.slice(1, 3), 16)) + 0.7152 * channel(parseInt(hex.slice(3, 5), 16)) +
      0.0722 * channel(parseInt(hex.slice(5, 7), 16));
  }

  function onto(hex) {
    var l = luminance(hex), white = 1.05 / (l + 0.05), black = (l + 0.05) / 0.05;
    return white >= black ? ['#ffffff', white] : ['#000000', black];
  }

  function colour(field) {
    var picker = doc.createElement('input');
    picker.type = 'color';
    picker.setAttribute('aria-label', field.labels[0].textContent);
    picker.value = /^#[0-9a-f]{6}$/i.test(field.value) ? field.value : '#17624f';
    field.before(picker);
    picker.addEventListener('input', function () {
      field.value = picker.value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    field.addEventListener('input', function () {
      if (/^#[0-9a-f]{6}$/i.test(field.value)) {
        picker.value = field.value;
      }
    });
  }

  function preview(box) {
    var form = doc.querySelector('form[data-guard]'), main = box.querySelector('.main'), note = box.querySelector('[data-contrast]');
    function apply() {
      var name = form.querySelector('[name=name]'), primary = form.querySelector('[name=primary_color]').value, on;
      box.querySelector('[data-name]').textContent = name.value;
      if (/^#[0-9a-f]{6}$/i.test(primary)) {
        on = onto(primary);
        main.style.background = primary;
        main.style.color = on[0];
        note.textContent = note.dataset.contrast.replace('{ratio}', on[1].toFixed(1));
      }
    }
    form.addEventListener('input', apply);
  }

  function free(box) {
    var field = doc.getElementById('subdomain'), timer, before = field.value, out = doc.createElement('p');
    out.className = 'hint';
    out.setAttribute('role', 'status');
    field.closest('.field').append(out);
    field.addEventListener('input', function () {
      clearTimeout(timer);
      out.textContent = '';
      if (field.value && field.value !== before) {
        timer = setTimeout(ask, 400);
      }
    });
    function ask() {
      var asked = field.value;
      fetch(box.dataset.free + encodeURIComponent(asked), { credentials: 'same-origin' }).then(function (answer) {
        return answer.ok ? answer.json() : null;
      }).then(function (said) {
        if (said && field.value === asked) {
          out.textContent = said.available ? box.dataset.yes : box.dataset[said.reason] || box.dataset.taken;
        }
      }).catch(function () {});
    }
  }

  /* -- weekly hours -- */

  function day(row) {
    var box = row.querySelector('input[type=checkbox]'), spans = all('.span', row), acts = row.querySelector('.acts');
    var days = row.parentElement, more;
    function filled(span) {
      return all('input', span).some(function (e) { return e.value; });
    }
    function apply() {
      row.querySelector('.spans').hidden = !box.checked;
      acts.hidden = !box.checked;
      more.hidden = spans.every(function (span) { return !span.hidden; });
    }
    more = button(days.dataset.more, function () {
      var next = spans.find(function (span) { return span.hidden; });
      next.hidden = false;
      next.querySelector('input').focus();
      apply();
    });
    acts.append(more, button(days.dataset.copyday, function () {
      all('[data-day]', days).forEach(function (other) {
        var to = all('input[type=time]', other);
        if (other === row || !other.querySelector('input[type=checkbox]').checked) {
          return;
        }
        all('input[type=time]', row).forEach(function (e, i) {
          if (to[i]) {
            to[i].value = e.value;
            to[i].closest('.span').hidden = i > 1 && !e.value;
          }
        });
      });
      say(days.dataset.copiedday);
    }));
    spans.forEach(function (span, i) { span.hidden = i > 0 && !filled(span); });
    box.addEventListener('change', function () {
      var times = all('input[type=time]', row);
      if (box.checked && !times.some(function (e) { return e.value; })) {
        times[0].value = '08:00';
        times[1].value = '12:00';
      }
      apply();
    });
    apply();
  }

  /* -- rows: those that are empty wait until they are asked for -- */

  function rows(box) {
    var list = all('.overrow', box), shown = 0, more;
    function empty(row) {
      return all('input', row).every(function (e) { return e.type === 'checkbox' ? !e.checked : !e.value; });
    }
    list.forEach(function (row) {
      row.hidden = empty(row) && shown > 0 && list.indexOf(row) > 0;
      shown += !row.hidden;
    });
    more = button(box.dataset.more, function () {
      var next = list.find(function (row) { return row.hidden; });
      next.hidden = false;
      next.querySelector('input').focus();
      more.hidden = list.every(function (row) { return !row.hidden; });
    });
    more.hidden = list.every(function (row) { return !row.hidden; });
    box.append(more);
  }

  /* The sheet of a phone closes with Escape, as a dialog does. */
  doc.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && location.hash === '#menu') {
      location.hash = '#main';
    }
  });

  once();
  each('[data-only]', only);
  each('input[data-color]', colour);
  each('[data-preview]', preview);
  each('[data-free]', free);
  each('[data-day]', day);
  each('[data-rows]', rows);
  each('[data-said]', said);
  each('[data-copy]', copy);
  each('[data-share]', share);
  each('form[data-auto]', auto);
  each('form[data-guard]', guard);
  each('form[data-picture]', picture);
  addEventListener('hashchange', unfold);
  unfold();
}());
