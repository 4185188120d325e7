
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
const Pictures = (Original, { React }) => (props) => {
  if (!/svg/.test(props.contentType)) return React.createElement(Original, props);
  const src = `data:image/svg+xml,${encodeURIComponent(props.content)}`;
  return React.createElement('img', { src, alt: '', style: { width: '100%' } });
};

// A row that opens when it is asked for: every operation may be refused in a dozen ways.
const closed = (isClosed, cells) => (Original, { React }) => (props) => {
  const [open, setOpen] = React.useState(!isClosed(props));
  if (open) return React.createElement(Original, props);
  const [name, about] = cells(props);
  const opened = { type: 'button', className: 'closed-row', onClick: () => setOpen(true) };
  const button = React.createElement('button', opened, `▸ ${about}`);
  const cell = (content) => React.createElement('td', null, content);
  return React.createElement('tr', { className: 'closed-row' }, cell(name), cell(button));
};
const firstLine = (text) => (text ?? '').split('\n')[0].replaceAll('`', '');
const Refusals = closed(
  ({ code }) => /^[345]/.test(code),
  ({ code, response }) => [code, firstLine(response.get('description'))],
);
// ends of a range, lists of values to be typed, and what a script sends
const isRare = (param) => {
  const name = param.get('name');
  const typed = param.getIn(['schema', 'type']) === 'array' && !param.hasIn(['schema', 'items', 'enum']);
  const rare = typed || param.get('in') === 'header' || /(_from|_to|cursor|total|fields|expand|sort)$/.test(name);
  return rare && !param.get('required');
};
const Rare = closed(
  ({ rawParam }) => isRare(rawParam),
  ({ rawParam }) => [rawParam.get('name'), firstLine(rawParam.get('description'))],
);

// What was wrong stands once, below the fields that were filled in: in the server's words, which are
// English (RFC 6749, 5.2), or in Vietnamese.
const REFUSED = 'Tên đăng nhập hoặc mật khẩu không đúng, hoặc mã xác thực còn thiếu, sai hay đã dùng.';
const AuthError = (_, { React }) => ({ error }) => {
  const message = error.get('message');
  const vietnamese = document.documentElement.lang === 'vi' && message.includes('invalid_grant');
  const text = vietnamese ? REFUSED : message.split('description: ').pop();
  return React.createElement('p', { className: 'errors', role: 'alert' }, text);
};
const Errors = (Original, { React }) => (props) => {
  const elsewhere = (error) => error.get('source') !== 'auth';
  const some = props.errSelectors.allErrors().some(elsewhere);
  return some ? React.createElement(Original, props) : null;
};
document.addEventListener('click', ({ target }) => {
  if (!target.closest('.auth-container .authorize')) return;
  document.querySelectorAll('.auth-container').forEach((form) => {
    form.dataset.asked = form.contains(target);
  });
}, true);

// The box finds operations by any words of their path, summary and description, with or without
// diacritics, and opens the tags in which they are; Swagger UI's own compares names of tags only.
const folded = (text) =>
  (text ?? '').toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
const opsFilter = (tags, phrase) => {
  const words = folded(phrase).split(/\s+/).filter(Boolean);
  const fits = (tag) => (one) => {
    const said = ['summary', 'description', 'operationId'].map((name) => one.getIn(['operation', name]));
    const text = folded([tag, one.get('method'), one.get('path'), ...said].join(' '));
    return words.every((word) => text.includes(word));
  };
  const left = tags.map((group, tag) => group.update('operations', (all) => all.filter(fits(tag))));
  return left.filter((group) => group.get('operations').size > 0);
};
const inVietnamese = () => document.documentElement.lang === 'vi';
const Filter = (_, { React }) => ({ specSelectors, layoutSelectors, layoutActions }) => {
  const phrase = layoutSelectors.currentFilter();
  const hint = inVietnamese() ? 'Tìm thao tác trong phần này' : 'Find operations of this area';
  const onChange = ({ target }) => {
    layoutActions.updateFilter(target.value);
    if (target.value.trim().length < 3) return;
    for (const tag of specSelectors.taggedOperations().keys())
      layoutActions.show(['operations-tag', tag], true);
  };
  const value = typeof phrase === 'string' ? phrase : '';
  const box = { className: 'operation-filter-input', type: 'text', placeholder: hint, 'aria-label': hint };
  return React.createElement(
    'div',
    { className: 'filter-container' },
    React.createElement('div', { className: 'filter wrapper' },
      React.createElement('input', { ...box, value, onChange })),
  );
};
const NOTHING = [
  'Không có thao tác nào như vậy trong phần này: hãy chọn phần khác, hoặc “VI - Toàn bộ”, ở trên cùng.',
  'No such operation in this area: choose another one, or “EN - Everything”, at the top.',
];
const Operations = (Original, { React }) => (props) => {
  const some = props.specSelectors.taggedOperations().size > 0;
  if (some || !props.layoutSelectors.currentFilter()) return React.createElement(Original, props);
  return React.createElement('p', { role: 'status' }, NOTHING[inVietnamese() ? 0 : 1]);
};

const Ours = () => ({
  fn: { opsFilter },
  wrapComponents: {
    FilterContainer: Filter,
    operations: Operations,
    responseBody: Pictures,
    response: Refusals,
    parameterRow: Rare,
    authError: AuthError,
    errors: Errors,
  },
});

// A link to an operation opens the document that has it, in the reader's language.
const linked = (urls) => {
  const [, tag] = location.hash.match(/^#\/([^/]+)/) ?? [];
  const area = AREAS[decodeURIComponent(tag ?? '')];
  if (!area || new URLSearchParams(location.search).has('urls.primaryName')) return {};
  const found = urls.find(({ url }) => new RegExp(`/${area}(\\.vi)?\\.json$`).test(url));
  return found ? { 'urls.primaryName': found.name } : {};
};
const plain = window.SwaggerUIBundle;
const withOurs = (config) =>
  plain({ ...config, ...linked(config.urls), plugins: [...(config.plugins ?? []), Ours] });
window.SwaggerUIBundle = Object.assign(withOurs, plain);
