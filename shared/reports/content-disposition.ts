/**
 * `Content-Disposition` by which a browser keeps a file under its name and never shows it (RFC 6266): the name as RFC 8187 has it, and in
 * plain ASCII for those who don't read that. Of a name with folders, the last part. Whatever the name is, it stays inside of the value.
 */
export function attachmentNamed(fileName: string): string {
  const name = (fileName.split(/[/\\]/).at(-1) ?? '').toWellFormed().replace(/\p{Cc}/gu, '_') || 'report';
  const plain = name.replace(/[^\x20-\x7e]|["%;]/gu, '_');
  // encodeURIComponent leaves these, which are no `attr-char`.
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
