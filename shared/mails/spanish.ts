import { failingDays } from '../reports/webhook.ts';
import { type NoticeWords, type Reasons, type Told, wordsFor } from './words.ts';

const reports: NoticeWords['reports'] = {
  'roster-feed': 'un archivo de matrícula',
  'studenttracker-graduates': 'un archivo de graduados de StudentTracker',
  'studenttracker-request': 'un archivo de solicitud de StudentTracker',
  unknown: 'un archivo de tipo desconocido',
  roster: 'una matrícula',
  'student-list': 'una lista de estudiantes',
  'access-review': 'una revisión de accesos',
  'sync-history': 'un historial de sincronizaciones',
  'start-cards': 'tarjetas de inicio',
  'studenttracker-graduates-file': 'un archivo de graduados de StudentTracker',
};

const reasons: Reasons = {
  empty: 'El archivo está vacío.',
  'too-large': 'El archivo es más grande de lo que se admite.',
  'quota-exceeded': 'La cuenta no tiene espacio para él.',
  checksum: 'El archivo no es el que se anunció: su SHA-256 es otro.',
  'size-differs': 'El archivo no tiene el tamaño que se anunció.',
  malware: 'El análisis de software malicioso encontró algo.',
  'too-large-to-scan': 'El archivo es más grande de lo que admite el análisis de software malicioso.',
  'type-mismatch': 'El contenido no es lo que dice el nombre del archivo.',
  'not-utf8': 'El texto no está escrito en UTF-8.',
  'nested-archive': 'El archivo comprimido contiene otro archivo comprimido.',
  'not-tab-delimited': 'Los valores no están separados por tabuladores.',
  'unknown-kind': 'El contenido no es de ningún tipo que se admita aquí.',
  'not-permitted': 'Quien lo trajo no puede importar matrículas del distrito.',
  'no-feed': 'Ninguna fuente del distrito recibe archivos de este formato en esta carpeta.',
  'feed-ambiguous': 'Varias fuentes del distrito reciben archivos de este formato en esta carpeta.',
  'too-many-syncs': 'Ya hay demasiadas sincronizaciones del distrito en espera.',
  'zip-bomb': 'El archivo comprimido ocupa más de lo que se admite.',
  'zip-damaged': 'El archivo comprimido está dañado.',
  'not-a-zip': 'El archivo comprimido no se puede abrir.',
  fault: 'No se pudo revisar: el fallo es nuestro.',
  'header-missing': 'Falta la línea de encabezados.',
  'column-missing': 'Falta una columna.',
  'file-missing': 'Falta un archivo del conjunto.',
};

const changes = ({ created = 0, updated = 0, suspended = 0 }: Told['counts']) =>
  `Registros nuevos: ${created}; cambiados: ${updated}; suspendidos: ${suspended}.`;

const because = ({ reasons: codes }: Told) => codes.map((code) => spanish.reason(code));
const by = ({ who }: Told) => who ?? 'alguien';

export const spanish: NoticeWords = {
  locale: 'es-US',
  reports,
  somebody: (district) => `alguien de la oficina de ${district}`,
  reason: (code) => wordsFor(reasons, code) ?? `No se cumple una regla del formato: «${code}».`,
  notices: {
    'report.uploaded': (told) => ({
      subject: `${told.place}: ha llegado un ${told.isTest ? 'archivo de prueba' : 'informe'}`,
      heading: `Ha llegado un ${told.isTest ? 'archivo de prueba' : 'informe'}`,
      paragraphs: [
        `Para ${told.place}: ${reports[told.what]}. Lo trajo ${told.who ?? spanish.somebody(told.district)} el ${told.when}.`,
        told.isTest
          ? `Se revisó; problemas encontrados: ${told.counts.problems ?? 0}. Como es una prueba, no se usó nada de él.`
          : 'Se revisó y se aceptó.',
      ],
    }),
    'report.refused': (told) => ({
      subject: `${told.place}: un informe ${told.quarantined ? 'se ha apartado' : 'no se ha aceptado'}`,
      heading: told.quarantined ? 'Un informe se ha apartado' : 'Un informe no se ha aceptado',
      paragraphs: [
        `Para ${told.place}: ${reports[told.what]}. Lo trajo ${told.who ?? spanish.somebody(told.district)} el ${told.when}.`,
        ...because(told),
        told.quarantined
          ? 'Nadie puede descargarlo. No abra el original hasta que alguien lo haya examinado.'
          : told.reasons.includes('fault')
            ? 'No se usó nada de él. Tráigalo de nuevo tal como está; si vuelve a fallar, díganoslo.'
            : 'No se usó nada de él. Corríjalo y tráigalo de nuevo; el informe dice línea por línea qué está mal.',
      ],
    }),
    'report.ready': (told) => ({
      subject: `${told.place}: un informe está listo`,
      heading: 'Un informe está listo',
      paragraphs: [
        `Para ${told.place}: ${reports[told.what]}. Lo pidió ${told.who ?? spanish.somebody(told.district)}.`,
        `Se puede descargar desde el ${told.when}.`,
      ],
    }),
    'report.failed': (told) => ({
      subject: `${told.place}: no se pudo preparar un informe`,
      heading: 'No se pudo preparar un informe',
      paragraphs: [
        `Para ${told.place}: ${reports[told.what]}. Lo pidió ${told.who ?? spanish.somebody(told.district)}.`,
        told.reasons.includes('fault')
          ? 'El fallo es nuestro. Pídalo de nuevo; si vuelve a fallar, avísenos.'
          : 'No se puede preparar como se pidió; el informe dice por qué y qué hacer.',
      ],
    }),
    'report.downloaded': (told) => ({
      subject: `${told.place}: se ha descargado un informe`,
      heading: 'Se ha descargado un informe',
      paragraphs: [
        `De ${told.place}: ${reports[told.what]}. Lo descargó ${told.who ?? spanish.somebody(told.district)} el ${told.when}.`,
      ],
    }),
    'report.unheard': (told) => ({
      subject: `${told.place}: nadie se ha enterado de un informe`,
      heading: 'Nadie se ha enterado de un informe',
      paragraphs: [
        `Para ${told.place} hay ${reports[told.what]}, y ningún correo sobre ello llegó a nadie.`,
        'O nadie tiene allí la función FTP con una cuenta y un identificador web, o sus direcciones no reciben correo. El registro del informe dice cuál es el caso.',
      ],
    }),
    'sync.applied': (told) => ({
      subject: `${told.place}: se ha actualizado la matrícula`,
      heading: 'Se ha actualizado la matrícula',
      paragraphs: [`Una sincronización de ${told.place} se aplicó el ${told.when}.`, changes(told.counts)],
    }),
    'sync.held': (told) => ({
      subject: `${told.place}: una sincronización le espera`,
      heading: 'Una sincronización le espera',
      paragraphs: [
        `Una sincronización de ${told.place} quedó retenida el ${told.when}. Cambios que esperan a que alguien los mire: ${told.counts.remaining ?? 0}.`,
        'Apruébelos o cancele la sincronización. Una más nueva ocupará su lugar.',
      ],
    }),
    'sync.failed': (told) => ({
      subject: `${told.place}: una sincronización no funcionó`,
      heading: 'Una sincronización no funcionó',
      paragraphs: [
        `Una sincronización de ${told.place} terminó el ${told.when} sin cambiar nada más.`,
        ...because(told),
        'La matrícula sigue como estaba. La sincronización dice qué estaba mal.',
      ],
    }),
    'webhook.disabled': (told) => ({
      subject: `${told.place}: se ha desactivado un webhook`,
      heading: 'Se ha desactivado un webhook',
      paragraphs: [
        told.webhook.gone
          ? `${told.webhook.host} respondió que ya no acepta llamadas (410 Gone). El webhook hacia ese servidor se desactivó el ${told.when}.`
          : `Durante ${failingDays} días no funcionó ninguna llamada a ${told.webhook.host}. El webhook hacia ese servidor se desactivó el ${told.when}.`,
        `Webhook: ${told.webhook.id}`,
        `El software de allí ya no recibe nada de ${told.district}. Avise a quienes lo mantienen. Cuando vuelva a responder, active el webhook y repita lo que se perdió, que se guarda treinta días. ¿Ya no hace falta? Entonces elimine el webhook.`,
      ],
    }),
  },
  button: { report: 'Ver el informe', sync: 'Ver la sincronización', webhook: 'Iniciar sesión' },
  until: (day) => `Estará disponible hasta el ${day}.`,
  why: {
    report: ({ place }) =>
      `Recibe este correo porque tiene la función FTP de ${place}, que incluye los correos sobre sus informes.`,
    administrator: ({ district }) => `Recibe este correo porque administra los datos de ${district}.`,
  },
  ask: (district) => `¿Tiene preguntas? Consulte a quienes administran las cuentas de ${district}.`,
  optOut: 'No recibir más correos de este tipo',
  digest: {
    subject: (district, count) => `${district}: ${count === 1 ? 'una novedad' : `${count} novedades`}`,
    heading: 'Novedades',
    total: {
      'report.uploaded': (n) => `informes que llegaron: ${n}`,
      'report.refused': (n) => `informes no aceptados: ${n}`,
      'report.ready': (n) => `informes listos: ${n}`,
      'report.failed': (n) => `informes que no se pudieron preparar: ${n}`,
      'report.downloaded': (n) => `descargas de informes: ${n}`,
      'report.unheard': (n) => `informes de los que nadie se enteró: ${n}`,
      'sync.applied': (n) => `sincronizaciones aplicadas: ${n}`,
      'sync.held': (n) => `sincronizaciones que esperan a alguien: ${n}`,
      'sync.failed': (n) => `sincronizaciones que no funcionaron: ${n}`,
      'webhook.disabled': (n) => `webhooks desactivados: ${n}`,
    },
    line: {
      'report.uploaded': (told) => `${told.when} · ${told.place}: llegó ${reports[told.what]}`,
      'report.refused': (told) => `${told.when} · ${told.place}: ${reports[told.what]}, sin aceptar`,
      'report.ready': (told) => `${told.when} · ${told.place}: ${reports[told.what]}, a su disposición`,
      'report.failed': (told) => `${told.when} · ${told.place}: no se pudo preparar ${reports[told.what]}`,
      'report.downloaded': (told) =>
        `${told.when} · ${told.place}: ${by(told)} descargó ${reports[told.what]}`,
      'report.unheard': (told) => `${told.when} · ${told.place}: nadie se enteró de ${reports[told.what]}`,
      'sync.applied': (told) => `${told.when} · ${changes(told.counts)}`,
      'sync.held': (told) =>
        `${told.when} · una sincronización retiene cambios: ${told.counts.remaining ?? 0}`,
      'sync.failed': (told) => `${told.when} · una sincronización no funcionó`,
      'webhook.disabled': (told) => `${told.when} · se desactivó el webhook hacia ${told.webhook.host}`,
    },
    more: (count) => `Y ${count} más.`,
    button: 'Ver todo',
    why: (district) =>
      `Recibe este correo por sus funciones en ${district}. Reúne lo que no se envía uno por uno o llegó en sus horas de silencio.`,
  },
};
