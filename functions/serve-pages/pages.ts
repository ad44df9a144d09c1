import { type Html, html } from '../../shared/accounts/html.ts';
import type { SftpServer } from '../../shared/accounts/sftp-names.ts';
import type { PageAsset, PageProblem } from '../../shared/messages/page-routes.ts';
import { english, type Words } from './english.ts';
import { sftpSection } from './sftp-section.ts';

export type Page = {
  script: Exclude<PageAsset, 'style.css'>;
  title: keyof Words;
  body: (said: Words) => Html;
  /** What its script may have to say. */
  says: readonly (keyof Words)[];
  /** Whether it says what is wrong with files, too. */
  saysProblems?: true;
};

type Asked = { district?: string | undefined; problem?: PageProblem | undefined; next?: string | undefined };

const problemWords: Record<PageProblem, keyof Words> = {
  'link-ended': 'linkEnded',
  'not-approved': 'notApproved',
  'unknown-provider': 'unknownProvider',
  'no-account-linked': 'noAccountLinked',
  'other-tenant': 'otherTenant',
  'provider-refused': 'providerRefused',
  'provider-unavailable': 'providerUnavailable',
  'sign-in-not-begun': 'notBegun',
  'session-ended': 'signInFirst',
  'sign-in-again': 'signInFirst',
  'sign-in-failed': 'signInFailed',
};

const providers = { google: 'Google', entra: 'Microsoft', classlink: 'ClassLink', clever: 'Clever' };

function keysOf(prefix: 'key.' | 'password.'): (keyof Words)[] {
  // Of an object literal there are no other keys.
  return (Object.keys(english) as (keyof Words)[]).filter((key) => key.startsWith(prefix));
}

const alert = html`<p role="alert" id="problem" tabindex="-1"></p>`;

export const home: Page = {
  script: 'home.js',
  title: 'home',
  says: ['fault'],
  body: (said) => html`<p id="waiting" role="status">${said.loading}</p>
${alert}
<div id="signed-in" hidden>
<p><strong>${said.signedInAs}</strong></p>
<dl>
<dt>${said.username}</dt><dd id="username"></dd>
<dt>${said.district}</dt><dd id="district"></dd>
<dt>${said.signedInAt}</dt><dd><time id="signed-in-at"></time></dd>
<dt>${said.until}</dt><dd><time id="expires-at"></time></dd>
</dl>
<a class="button" id="reports" href="/reports" hidden>${said.reports}</a>
<a class="button quiet" href="/account">${said.security}</a>
<button type="button" class="quiet" id="sign-out">${said.signOut}</button>
</div>
<div id="signed-out" hidden>
<p>${said.notSignedIn}</p>
<a class="button" href="/sign-in">${said.signIn}</a>
</div>
<ul class="links"><li><a href="/docs">${said.docs}</a></li></ul>`,
};

export function account(sftp: SftpServer | undefined): Page {
  return {
    script: 'account.js',
    title: 'security',
    says: [
      ...([
        'signInAgain',
        'appCodeWrong',
        'appAdded',
        'keyAdded',
        'keyRemoved',
        'keyRefused',
        'fault',
      ] as const),
      ...keysOf('key.'),
    ],
    body: (said) => html`<p id="waiting" role="status">${said.loading}</p>
${alert}
<p role="status" id="done" tabindex="-1"></p>
<div id="account" hidden>
<section id="where" aria-labelledby="where-title" hidden>
<h2 id="where-title">${said.where}</h2>
<ul class="links" id="sessions" data-here="${said.thisBrowser}" data-end="${said.endSession}"></ul>
</section>
<section id="has-codes" aria-labelledby="codes-title" hidden>
<h2 id="codes-title">${said.recoveryCodes}</h2>
<p>${said.keepCodes}</p>
<ul class="rules" id="codes"></ul>
</section>
<section id="has-app" hidden><p>${said.hasApp}</p></section>
<section id="add-app" aria-labelledby="app-title" hidden>
<h2 id="app-title">${said.app}</h2>
<p>${said.whyApp}</p>
<button type="button" id="begin">${said.addApp}</button>
<form id="form" method="post" hidden>
<p>${said.enterSecret} <strong id="app-key"></strong></p>
<a class="button quiet" id="open-app" href="/account">${said.openApp}</a>
<label for="code">${said.appCode}</label>
<input id="code" name="code" autocomplete="one-time-code" inputmode="numeric" required minlength="6" maxlength="8">
<button type="submit">${said.confirmApp}</button>
</form>
</section>
${sftp === undefined ? '' : sftpSection(said, sftp)}
</div>
<ul class="links"><li><a href="/">${said.home}</a></li></ul>`,
  };
}

export function signIn({ district, problem, next }: Asked): Page {
  return {
    script: 'sign-in.js',
    title: 'signIn',
    says: [
      'fetching',
      'wrong',
      'notApproved',
      'passwordLapsed',
      'codeNeeded',
      'codeWrong',
      'tooMany',
      'fault',
    ],
    body: (
      said,
    ) => html`<p role="alert" id="problem" tabindex="-1">${problem === undefined ? '' : said[problemWords[problem]]}</p>
<div id="fetching" hidden>
<p role="status" id="done" tabindex="-1"></p>
<a class="button" href="/reports">${said.reports}</a>
</div>
<div id="entry">
<form id="form" method="post" data-district="${district ?? ''}" data-next="${next ?? ''}">
<label for="username">${said.username}</label>
<input id="username" name="username" autocomplete="username webauthn" autocapitalize="none" spellcheck="false" required maxlength="254">
<label for="password">${said.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024">
${showPassword(said)}
<div id="code-field" hidden>
<label for="code">${said.code}</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="64" aria-describedby="code-hint">
<p class="soft" id="code-hint">${said.codeHint}</p>
</div>
<button type="submit">${said.signIn}</button>
</form>
${district === undefined ? '' : signInWith(said, district, next)}
<ul class="links"><li><a href="/forgot-password${queryOf({ district, next })}">${said.forgot}</a></li></ul>
</div>`,
  };
}

export function forgotPassword({ district, next }: Asked): Page {
  return {
    script: 'forgot-password.js',
    title: 'forgotPassword',
    says: ['asked', 'tooMany', 'fault'],
    body: (said) => html`${alert}
<p role="status" id="done" tabindex="-1"></p>
<form id="form" method="post" data-district="${district ?? ''}" data-next="${next ?? ''}">
<label for="name">${said.usernameOrEmail}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="254">
<button type="submit">${said.sendLink}</button>
</form>
<ul class="links"><li><a href="/sign-in${queryOf({ district, next })}">${said.backToSignIn}</a></li></ul>`,
  };
}

export function password({ next }: Pick<Asked, 'next'>): Page {
  return {
    script: 'password.js',
    title: 'choosePassword',
    says: ['linkEnded', 'refused', 'passwordSet', 'tooMany', 'fault', ...keysOf('password.')],
    body: (said) => html`<p id="waiting" role="status">${said.loading}</p>
${alert}
<ul id="refusals" hidden></ul>
<p role="status" id="done" tabindex="-1"></p>
<form id="form" method="post" data-next="${next ?? ''}" hidden>
<div id="username-field" hidden>
<label for="username">${said.username}</label>
<input id="username" name="username" autocomplete="username" readonly>
</div>
<label for="password">${said.newPassword}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required maxlength="1024" aria-describedby="rules">
${showPassword(said)}
<div class="soft" id="rules">
<p>${said.rules}</p>
<ul class="rules"><li>${said.ruleLength}</li><li>${said.ruleCommon}</li><li>${said.ruleFree}</li></ul>
</div>
<button type="submit">${said.savePassword}</button>
</form>
<a class="button" id="on" href="/sign-in${queryOf({ next })}" hidden>${said.signIn}</a>
<a class="button" id="again" href="/forgot-password${queryOf({ next })}" hidden>${said.askAgain}</a>`,
  };
}

function showPassword(said: Words): Html {
  return html`<label class="check"><input type="checkbox" id="show-password" aria-controls="password">${said.showPassword}</label>`;
}

/** Browsers are led there and back; what a district has not set up says so itself. */
function signInWith(said: Words, district: string, next: string | undefined): Html {
  const asked = new URLSearchParams({ district, ...(next === undefined ? {} : { returnTo: next }) });
  const links = Object.entries(providers).map(
    ([id, name]) =>
      html`<a class="button quiet" href="/v1/sessions/oidc/${id}?${asked.toString()}">${name}</a>`,
  );
  return html`<section aria-labelledby="or-with">
<h2 class="soft" id="or-with">${said.orWith}</h2>
${links}
</section>`;
}

function queryOf(asked: Pick<Asked, 'district' | 'next'>): string {
  const given = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
