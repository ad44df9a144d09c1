let common: Promise<ReadonlySet<string>> | undefined;

/** About fifty thousand, by how often they were found in leaks; unpacked when somebody first chooses a password. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return common;
}
