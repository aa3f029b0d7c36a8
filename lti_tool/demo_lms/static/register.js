// The tool says when its registration is over (1EdTech Dynamic Registration §3.7); Moodle goes back to its list then.
addEventListener("message", (event) => {
  if (event.data?.subject === "org.imsglobal.lti.close") location.href = document.querySelector("[data-tools]").href;
});
