
// Enter signs in.
document.addEventListener('keydown', (event) => {
  const dialog = event.key === 'Enter' && event.target.closest('.auth-container');
  if (dialog) dialog.querySelector('.authorize')?.click();
});

// The access token outlives a reload and another document, within this tab and until it expires.
// What could get another one, the password, the secret and the refresh token, is not kept.
window.addEventListener('load', () => {
  const PLACE = 'ketnap.signed-in';
  const { ui } = window;
  let last;
  const keep = ({ name, flow, username, token }) => {
    const { access_token, token_type, expires_in } = token;
    const authorized = { oauth2: { name, flow, username, token: { access_token, token_type } } };
    const until = Date.now() + expires_in * 1000;
    sessionStorage.setItem(PLACE, JSON.stringify({ until, authorized }));
  };
  const restore = () => {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null');
    if (!kept || kept.until < Date.now()) return sessionStorage.removeItem(PLACE);
    ui.authActions.restoreAuthorization({ authorized: kept.authorized });
  };
  ui.getStore().subscribe(() => {
    const { oauth2 } = ui.authSelectors.authorized().toJS();
    const fresh = oauth2?.token?.expires_in && oauth2.token.access_token !== last;
    if (fresh) keep(oauth2);
    last = oauth2?.token?.access_token ?? last;
    if (oauth2) return;
    // signing out happens in the dialog; Swagger UI also forgets who is signed in with each document
    if (document.querySelector('.dialog-ux')) sessionStorage.removeItem(PLACE);
    else if (sessionStorage.getItem(PLACE)) restore();
  });
  restore();
});

// A picture is shown as one: Swagger UI takes an SVG for any XML, and would print its source.
const Pictures = () => ({
  wrapComponents: {
    responseBody: (Original, { React }) => (props) => {
      if (!/svg/.test(props.contentType)) return React.createElement(Original, props);
      const src = `data:image/svg+xml,${encodeURIComponent(props.content)}`;
      return React.createElement('img', { src, alt: '', style: { width: '100%' } });
    },
  },
});
const plain = window.SwaggerUIBundle;
const withPictures = (config) => plain({ ...config, plugins: [...(config.plugins ?? []), Pictures] });
window.SwaggerUIBundle = Object.assign(withPictures, plain);
