const noto = {
  sc: (file: string) => new URL(`../fonts/${file}`, import.meta.resolve('@embedpdf/fonts-sc')),
  kr: (file: string) => new URL(`../fonts/${file}`, import.meta.resolve('@embedpdf/fonts-kr')),
  thai: (file: string) =>
    new URL(`./files/${file}`, import.meta.resolve('@fontsource/noto-sans-thai/package.json')),
};
const dejavu = (file: string) =>
  new URL(`./ttf/${file}`, import.meta.resolve('dejavu-fonts-ttf/package.json'));

/** What PDFs are written in, and where it is installed; the bundle has it beside the function (infra/bundle.ts). */
export const fontFiles = {
  'DejaVuSans.ttf': dejavu,
  'DejaVuSans-Bold.ttf': dejavu,
  'noto-sans-thai-thai-400-normal.woff': noto.thai,
  'noto-sans-thai-thai-700-normal.woff': noto.thai,
  'NotoSansHans-Regular.otf': noto.sc,
  'NotoSansHans-Bold.otf': noto.sc,
  'NotoSansKR-Regular.otf': noto.kr,
  'NotoSansKR-Bold.otf': noto.kr,
} as const satisfies Record<string, (file: string) => URL>;

export type FontFile = keyof typeof fontFiles;

/** Whoever hands the files on hands these on (OFL 1.1, section 2). */
export const fontLicences = {
  'DejaVu-LICENSE': () => new URL('../LICENSE', dejavu('DejaVuSans.ttf')),
  'NotoSansHans-LICENSE': () => noto.sc('../LICENSE'),
  'NotoSansKR-LICENSE': () => noto.kr('../LICENSE'),
  'NotoSansThai-LICENSE': () => new URL('../LICENSE', noto.thai('noto-sans-thai-thai-400-normal.woff')),
} as const satisfies Record<string, () => URL>;
