// Sends the form at once; without this script the button « Continuer » does it.
document.querySelector("form[data-post-at-once]").submit();
