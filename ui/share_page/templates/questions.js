(function () {
  "use strict";
  var form = document.getElementById("answers");
  if (!form) { return; }
  var count = document.getElementById("count");
  var saved = document.getElementById("saved");
  var name = document.getElementById("said_by");
  var attach = document.getElementById("attach");
  var line = Promise.resolve();
  var unsaved = new Set();
  document.getElementById("keep").hidden = true;
  function boxOf(element) { return element.closest(".ask"); }
  function fieldsOf(box) {
    var sent = new URLSearchParams();
    box.querySelectorAll("input, textarea").forEach(function (one) {
      if (one.type === "hidden" || (one.type === "radio" && !one.checked)) { return; }
      sent.append(one.name, one.value);
    });
    sent.append("said_by", name.value);
    sent.append("do", "save");
    return sent;
  }
  function show(told) {
    count.textContent = told.answered;
    Object.keys(told.kept).forEach(function (place) {
      var box = form.querySelector('.ask[data-place="' + place + '"]');
      box.querySelector("input[type=hidden]").value = told.kept[place];
      say(box, "");
    });
    Object.keys(told.faults).forEach(function (place) {
      say(form.querySelector('.ask[data-place="' + place + '"]'), told.faults[place]);
    });
  }
  function say(box, sentence) {
    var fault = box.querySelector(".fault");
    fault.textContent = sentence;
    fault.hidden = !sentence;
  }
  function save(box) {
    unsaved.add(box);
    saved.textContent = " · keeping …";
    line = line.then(function () {
      if (!unsaved.delete(box)) { return null; }
      return fetch(form.action, {
        method: "POST",
        headers: {"Accept": "application/json"},
        body: fieldsOf(box),
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error"
      }).then(function (answer) {
        return answer.json().then(function (told) { return {ok: answer.ok, told: told}; });
      }).then(function (result) {
        if (!result.ok) { say(box, result.told.said); saved.textContent = ""; return; }
        show(result.told);
        saved.textContent = unsaved.size ? " · keeping …" : " · kept";
      }).catch(function () {
        unsaved.add(box);
        saved.textContent = " · not kept yet, we try again";
        setTimeout(function () { if (unsaved.has(box)) { save(box); } }, 3000);
      });
    });
  }
  form.addEventListener("input", function (event) {
    var one = event.target, box = boxOf(one);
    if (!box || one.type === "radio" || !one.value) { return; }
    box.querySelectorAll('input[name="c' + one.name.slice(1) + '"]').forEach(function (tap) {
      tap.checked = false;
    });
  });
  form.addEventListener("change", function (event) {
    var one = event.target, box = boxOf(one);
    if (!box) { return; }
    if (one.type === "radio" && one.name[0] === "c") {
      box.querySelectorAll("input, textarea").forEach(function (text) {
        if (text.name === "t" + one.name.slice(1)) { text.value = ""; }
      });
    }
    save(box);
  });
  if (attach) {
    attach.addEventListener("change", function () { attach.requestSubmit(); });
    attach.querySelector("button").hidden = true;
  }
})();
