(function () {
  "use strict";
  var token = window.location.hash.slice(1);
  var said = document.getElementById("said");
  var form = document.getElementById("passcode-form");
  var field = document.getElementById("passcode");
  var button = document.getElementById("go");
  function say(sentence) { said.textContent = sentence; }
  function ask(passcode) {
    var body = {token: token};
    if (passcode !== null) { body.passcode = passcode; }
    button.disabled = true;
    fetch("/s/open", {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error"
    }).then(function (answer) {
      return answer.json().then(function (told) { return {ok: answer.ok, told: told}; });
    }).then(function (result) {
      button.disabled = false;
      if (result.told.view) {
        history.replaceState(null, "", "/s/");
        window.location.replace(result.told.view);
        return;
      }
      say(result.told.said);
      form.hidden = !result.told.passcode;
      if (result.told.passcode) { field.value = ""; field.focus(); }
    }).catch(function () {
      button.disabled = false;
      say("The link could not be opened, because the server did not answer. Try again in a moment.");
    });
  }
  form.addEventListener("submit", function (event) { event.preventDefault(); ask(field.value); });
  window.addEventListener("hashchange", function () { window.location.reload(); });
  var here = window.location;
  var isThisMachine = /^(localhost|127\.[0-9.]+|\[::1\])$/.test(here.hostname);
  if (here.protocol === "http:" && !isThisMachine) {
    // What opens the link is never sent in the clear.
    here.replace("https:" + here.href.slice("http:".length));
  } else if (token) { ask(null); } else { say(document.body.dataset.incomplete); }
})();
