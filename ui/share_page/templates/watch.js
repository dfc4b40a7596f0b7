(function () {
  "use strict";
  var status = document.body.dataset.status;
  var lastAnswer = Date.now();
  function gone() {
    document.body.replaceChildren();
    window.location.reload();
  }
  function ask() {
    var patience = new AbortController();
    var timer = setTimeout(function () { patience.abort(); }, 4000);
    fetch(status, {cache: "no-store", credentials: "same-origin", redirect: "error", signal: patience.signal})
      .then(function (answer) {
        if (answer.status === 404) { gone(); return; }
        if (answer.ok) {
          lastAnswer = Date.now();
          document.documentElement.classList.remove("veil");
        }
      })
      .catch(function () {})
      .finally(function () {
        clearTimeout(timer);
        if (Date.now() - lastAnswer > 30000) { document.documentElement.classList.add("veil"); }
        setTimeout(ask, 2000);
      });
  }
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = true; });
  });
  setTimeout(ask, 1000);
})();
