// Pages exist in the browser only: the web server answers every path with index.html
const pages = { '/': 'Home', '/about': 'About' };

function show() {
  document.querySelector('#page').textContent = pages[location.pathname] ?? 'Not found';
}

document.querySelector('nav').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show();
});

addEventListener('popstate', show);
show();
