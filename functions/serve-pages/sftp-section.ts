import { type Html, html } from '../../shared/accounts/html.ts';
import type { SftpServer } from '../../shared/accounts/sftp-names.ts';
import type { Words } from './english.ts';

/** How to come by SFTP, and the keys to come by; shown by the script to whoever has reports. */
export function sftpSection(said: Words, { host, port, fingerprint }: SftpServer): Html {
  return html`<section id="sftp" aria-labelledby="sftp-title" hidden>
<h2 id="sftp-title">${said.sftpTitle}</h2>
<p>${said.sftpHow}</p>
<dl>
<dt>${said.sftpHost}</dt><dd><code>${host}</code></dd>
<dt>${said.sftpPort}</dt><dd><code>${port}</code></dd>
<dt>${said.username}</dt><dd><code id="sftp-user"></code></dd>
<dt>${said.sftpFingerprint}</dt><dd><code>${fingerprint}</code></dd>
</dl>
<h2 id="keys-title">${said.sshKeys}</h2>
<ul class="rows" id="ssh-keys" aria-labelledby="keys-title" data-remove="${said.removeKey}"></ul>
<form id="key-form" method="post">
<label for="ssh-key">${said.sshKey}</label>
<textarea id="ssh-key" name="ssh-key" rows="4" required maxlength="8192" autocapitalize="none" autocomplete="off" spellcheck="false" placeholder="ssh-ed25519 AAAA…" aria-describedby="key-problem"></textarea>
<p role="alert" id="key-problem"></p>
<button type="submit">${said.addKey}</button>
</form>
</section>`;
}
