/*
 * What makes the booking pages smoother. Everything works without it: each part
 * looks for its own mark in the page and leaves the plain form as it is.
 */
(function () {
  'use strict';

  var GIVE_UP_MS = 20000, POLL_MS = 2000, SLOW_MS = 45000, REFRESH_MS = 30000, CHUNK_MS = 40, WARN_MINUTES = [5, 2, 1];
  var doc = document;
  var live = doc.getElementById('live');
  var quiet = doc.createElement('div');

  quiet.className = 'vh';
  quiet.setAttribute('role', 'status');
  doc.body.appendChild(quiet);

  function all(selector, root) {
    return Array.prototype.slice.call((root || doc).querySelectorAll(selector));
  }

  function say(text) {
    quiet.textContent = '';
    setTimeout(function () { quiet.textContent = text; }, 50);
  }

  function free() {
    all('form[data-sent]').forEach(function (form) { delete form.dataset.sent; });
    all('[aria-disabled]').forEach(function (e) { e.removeAttribute('aria-disabled'); });
    live.textContent = '';
  }

  /* One submit for a form; a word about what happens until the next page comes. */
  function guardForms() {
    doc.addEventListener('submit', function (event) {
      var form = event.target, button = event.submitter;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      if (!form.dataset.busy || event.defaultPrevented) {
        return;
      }
      form.dataset.sent = '1';
      live.textContent = form.dataset.busy;
      if (button) {
        button.setAttribute('aria-disabled', 'true');
      }
      setTimeout(free, GIVE_UP_MS);
    });
    addEventListener('pageshow', function (event) {
      if (event.persisted) {
        free();
      }
    });
  }

  /* Only the professionals who offer the chosen service. */
  function filterProfessionals() {
    var form = doc.querySelector('form[data-select]');
    if (!form) {
      return;
    }
    function apply() {
      var chosen = form.querySelector('[name=service]:checked, [name=service][type=hidden]');
      all('[data-services]', form).forEach(function (item) {
        var offers = !chosen || item.dataset.services.split(' ').indexOf(chosen.value) >= 0;
        var radio = item.querySelector('input');
        item.hidden = !offers;
        radio.disabled = !offers;
        if (!offers && radio.checked) {
          form.querySelector('[name=professional][value=any]').checked = true;
        }
      });
    }
    form.addEventListener('change', apply);
    addEventListener('pageshow', apply);
    apply();
  }

  function clock(seconds) {
    return Math.floor(seconds / 60) + ':' + ('0' + seconds % 60).slice(-2);
  }

  /* The countdown runs from what the server said was left, never from this device's date. */
  function countDown() {
    var box = doc.querySelector('[data-hold]');
    if (!box) {
      return;
    }
    var end = Date.now() + box.dataset.left * 1000, text = box.querySelector('span'), told = reached(box.dataset.left);
    function reached(left) {
      return WARN_MINUTES.filter(function (m) { return left <= m * 60; }).pop() || 99;
    }
    function over() {
      var message = doc.querySelector('[data-over]');
      box.hidden = true;
      message.hidden = false;
      all('[data-held]').forEach(function (e) { e.disabled = true; });
      say(box.dataset.ended);
      message.focus();
    }
    function tick() {
      var left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      var due = reached(left);
      text.textContent = box.dataset.msg.replace('{clock}', clock(left));
      box.classList.toggle('late', left <= 60);
      if (due < told && left > 0) {
        say(due === 1 ? box.dataset.minute : box.dataset.minutes.replace('{minutes}', due));
      }
      told = due;
      if (left === 0) {
        if (!doc.querySelector('form[data-sent]')) {
          over();
        }
        clearInterval(timer);
      }
    }
    var timer = setInterval(tick, 1000);
    tick();
  }

  /* The page's own address for a GET: it may have come as the answer to a form. */
  function timesUrl(zone) {
    var d = doc.getElementById('pick').dataset;
    var query = new URLSearchParams({ service: d.service, professional: d.professional, from: d.from,
      day: d.day, timezone: zone || d.timezone });
    [['lang', d.lang], ['return_url', d.return], ['frame', d.frame]].forEach(function (pair) {
      if (pair[1]) {
        query.set(pair[0], pair[1]);
      }
    });
    return d.url + '?' + query;
  }

  /* Days without a reload: the same page is fetched and its middle put in place. */
  function swapDays() {
    var turn = 0;
    if (!doc.getElementById('pick')) {
      return;
    }
    if (location.pathname !== pick().dataset.url) { /* so that a reload sends no form again */
      history.replaceState(null, '', timesUrl());
    }
    function pick() {
      return doc.getElementById('pick');
    }
    function show(url, push, after) {
      var mine = ++turn;
      pick().setAttribute('aria-busy', 'true');
      fetch(url, { credentials: 'same-origin', headers: { Accept: 'text/html' } }).then(function (answer) {
        if (!answer.ok) {
          throw new Error(answer.status);
        }
        return answer.text();
      }).then(function (html) {
        var page, fresh;
        if (mine !== turn || doc.querySelector('form[data-sent]')) {
          return;
        }
        page = new DOMParser().parseFromString(html, 'text/html');
        fresh = page.getElementById('pick');
        pick().replaceWith(doc.importNode(fresh, true));
        proposeZone();
        if (push) {
          history.pushState(null, '', url);
        }
        after();
      }).catch(function () {
        if (mine === turn && push) {
          location.href = url;
        } else if (mine === turn) {
          pick().removeAttribute('aria-busy');
        }
      });
    }
    function instants(values) {
      return values.map(function (v) { return Date.parse(v); }).sort().join();
    }
    function refresh() {
      var box = pick(), d = box.dataset, active = doc.activeElement;
      var query = new URLSearchParams({ link: d.link, service: d.service, professional: d.professional,
        from: d.day, to: d.day, timezone: d.timezone });
      if (!d.link || doc.hidden || box.querySelector('.zone[open]') || doc.querySelector('form[data-sent]')) {
        return;
      }
      fetch('/api/availability?' + query, { headers: { Accept: 'application/json' } }).then(function (answer) {
        return answer.ok ? answer.json() : null;
      }).then(function (data) {
        var here = instants(all('.slot', box).map(function (b) { return b.value; }));
        if (!data || box !== pick() || here === instants(data.slots.map(function (s) { return s.start; }))) {
          return;
        }
        show(timesUrl(), false, function () {
          var same = active && active.value && all('.slot', pick()).filter(function (b) { return b.value === active.value; })[0];
          say(pick().dataset.updated);
          if (same) {
            same.focus({ preventScroll: true });
          }
        });
      }).catch(function () { /* the next turn tries again; the page itself still works */ });
    }
    doc.addEventListener('click', function (event) {
      var link = event.target.closest && event.target.closest('a[data-swap]');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) {
        return;
      }
      event.preventDefault();
      show(link.href, true, function () {
        var day = link.classList.contains('day') && pick().querySelector('.day[aria-current]');
        (day || doc.getElementById('day-title')).focus({ preventScroll: !!day });
        say(doc.getElementById('day-title').textContent);
      });
    });
    addEventListener('popstate', function () { show(location.href, false, function () {}); });
    addEventListener('focus', refresh);
    doc.addEventListener('visibilitychange', refresh);
    setInterval(refresh, REFRESH_MS);
  }

  /* Offers the device's own zone where it is another one. */
  function proposeZone() {
    var select = doc.getElementById('timezone'), mine, name, known, box, link;
    if (!select || !self.Intl) {
      return;
    }
    mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!mine || mine === select.value || offset(mine) === offset(select.value)) {
      return;
    }
    known = all('option', select).filter(function (o) { return o.value === mine; })[0];
    name = known ? known.text.replace(/ \(.*/, '') : mine.split('/').pop().replace(/_/g, ' ');
    if (!known) {
      select.add(new Option(name, mine), 0);
    }
    box = doc.createElement('p');
    box.className = 'soft';
    box.textContent = select.dataset.msg.replace('{zone}', name) + ' ';
    link = doc.createElement('a');
    link.className = 'hop';
    link.href = timesUrl(mine);
    link.textContent = select.dataset.use;
    box.appendChild(link);
    select.closest('details').after(box);
  }

  function offset(zone) {
    try {
      return new Date().toLocaleString('sv', { timeZone: zone });
    } catch (e) {
      return zone;
    }
  }

  /* Asks how the payment stands; the page itself shows what came of it. */
  function pollStatus() {
    var main = doc.querySelector('[data-poll]'), began = Date.now();
    if (!main) {
      return;
    }
    function ask() {
      fetch(main.dataset.poll, { credentials: 'same-origin', headers: { Accept: 'application/json' } }).then(function (answer) {
        return answer.ok ? answer.json() : null;
      }).then(function (data) {
        if (data && (data.status !== main.dataset.status || data.payment !== main.dataset.payment)) {
          location.reload();
          return;
        }
        again();
      }).catch(again);
    }
    function again() {
      var slow = doc.querySelector('[data-slow]');
      if (slow && Date.now() - began > SLOW_MS) {
        slow.hidden = false;
      }
      setTimeout(ask, POLL_MS);
    }
    setTimeout(ask, POLL_MS);
  }

  /* Leads back to the business's site after some seconds, unless the customer stays. */
  function leave() {
    var box = doc.querySelector('[data-leave]');
    if (!box) {
      return;
    }
    var left = Number(box.dataset.leave), line = box.querySelector('[data-leaving]'), text = line.querySelector('span');
    function show() {
      text.textContent = box.dataset.text.replace('{seconds}', left);
    }
    function tick() {
      left -= 1;
      show();
      if (left <= 0) {
        clearInterval(timer);
        location.assign(box.querySelector('a').href);
      }
    }
    var timer = setInterval(tick, 1000);
    line.querySelector('button').addEventListener('click', function () {
      clearInterval(timer);
      line.hidden = true;
      say(box.dataset.stays);
      box.querySelector('a').focus();
    });
    show();
    line.hidden = false;
    say(text.textContent);
  }

  /* The first word of SHA-256 of a short text (55 bytes at most: one block). There is no crypto.subtle over http. */
  function firstWord(text) {
    var w = new Int32Array(64), h = firstWord.h.slice(), i, s0, s1, t1, t2;
    for (i = 0; i < text.length; i++) {
      w[i >> 2] |= text.charCodeAt(i) << (24 - i % 4 * 8);
    }
    w[i >> 2] |= 0x80 << (24 - i % 4 * 8);
    w[15] = text.length * 8;
    for (i = 16; i < 64; i++) {
      s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >>> 3;
      s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >>> 10;
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    for (i = 0; i < 64; i++) {
      s1 = turn(h[4], 6) ^ turn(h[4], 11) ^ turn(h[4], 25);
      t1 = h[7] + s1 + (h[4] & h[5] ^ ~h[4] & h[6]) + firstWord.k[i] + w[i] | 0;
      s0 = turn(h[0], 2) ^ turn(h[0], 13) ^ turn(h[0], 22);
      t2 = s0 + (h[0] & h[1] ^ h[0] & h[2] ^ h[1] & h[2]) | 0;
      h[7] = h[6]; h[6] = h[5]; h[5] = h[4]; h[4] = h[3] + t1;
      h[3] = h[2]; h[2] = h[1]; h[1] = h[0]; h[0] = t1 + t2;
    }
    return h[0] + firstWord.h[0] >>> 0;
  }

  function turn(x, n) {
    return x >>> n | x << 32 - n;
  }

  /* Its constants are the fractions of the roots of the first primes. */
  function constants() {
    var k = [], h = [], n, d, prime;
    for (n = 2; k.length < 64; n++) {
      prime = true;
      for (d = 2; d * d <= n; d++) {
        prime = prime && n % d !== 0;
      }
      if (prime) {
        if (h.length < 8) {
          h.push(Math.sqrt(n) % 1 * 4294967296 | 0);
        }
        k.push(Math.cbrt(n) % 1 * 4294967296 | 0);
      }
    }
    firstWord.k = Int32Array.from(k);
    firstWord.h = Int32Array.from(h);
  }

  /* While many times of a day are held, a little work gets this one; the form beside it stays as it is. */
  function proveWork() {
    var form = doc.getElementById('work'), nonce = 0, limit;
    if (!form) {
      return;
    }
    function search() {
      var until = Date.now() + CHUNK_MS, text;
      do {
        text = form.dataset.challenge + '.' + nonce++;
        if (firstWord(text) < limit) {
          if (!doc.querySelector('form[data-sent]')) {
            form.elements.work.value = text;
            form.requestSubmit ? form.requestSubmit() : form.submit();
          }
          return;
        }
      } while (nonce % 64 || Date.now() < until);
      setTimeout(search, 0);
    }
    constants();
    limit = Math.pow(2, 32 - parseInt(form.dataset.challenge, 10));
    all('[data-first]').forEach(function (e) { e.hidden = true; });
    all('form.data').forEach(function (e) { e.hidden = true; });
    live.textContent = form.dataset.busy;
    search();
  }

  guardForms();
  filterProfessionals();
  countDown();
  swapDays();
  proposeZone();
  pollStatus();
  leave();
  proveWork();
}());
