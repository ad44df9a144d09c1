/** The value of a cookie that the browser sends once; where it sends two of a name, somebody else set one of them. */
export function cookieIn(cookies: readonly string[], name: string): string | undefined {
  const [only, other] = cookies.filter((cookie) => cookie.startsWith(`${name}=`));
  return other === undefined ? only?.slice(name.length + 1) : undefined;
}
