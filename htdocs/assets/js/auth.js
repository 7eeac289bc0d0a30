/*
 * What makes the sign-in smoother. Everything works without it.
 *   .secret   a button that shows what was typed
 *   forms     are sent once
 */
(function () {
  'use strict';

  var doc = document, live = doc.getElementById('live');

  function each(selector, fn) {
    Array.prototype.forEach.call(doc.querySelectorAll(selector), fn);
  }

  function reveal(box) {
    var field = box.querySelector('input'), button = doc.createElement('button');

    function label() {
      button.textContent = field.type === 'password' ? box.dataset.show : box.dataset.hide;
    }
    button.type = 'button';
    button.className = 'reveal';
    button.setAttribute('aria-controls', field.id);
    button.addEventListener('click', function () {
      field.type = field.type === 'password' ? 'text' : 'password';
      label();
    });
    field.form.addEventListener('submit', function () { field.type = 'password'; });
    label();
    box.classList.add('shown');
    box.appendChild(button);
  }

  function free() {
    if (live.dataset.busy) {
      live.textContent = '';
    }
    each('form[data-once]', function (form) { delete form.dataset.once; });
    each('[aria-disabled]', function (e) { e.removeAttribute('aria-disabled'); });
  }

  doc.addEventListener('submit', function (event) {
    var form = event.target, pressed = event.submitter;
    if (form.dataset.once) {
      event.preventDefault();
      return;
    }
    form.dataset.once = '1';
    if (live.dataset.busy) {
      live.textContent = live.dataset.busy;
    }
    if (pressed) {
      pressed.setAttribute('aria-disabled', 'true');
    }
    setTimeout(free, 15000);
  });
  addEventListener('pageshow', function (event) {
    if (event.persisted) {
      free();
    }
  });
  each('.secret', reveal);
}());
