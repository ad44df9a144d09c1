import type { RefusalCode } from '../../shared/reports/refusals.ts';
import type { ProblemCode } from '../../shared/reports/studenttracker/problem-texts.ts';

/** Why a file was not accepted, and what to do; line and column stand before it. What is not here is said in English. */
export const spanishProblems: Readonly<
  Record<RefusalCode | ProblemCode | 'size-differs' | 'quota-exceeded', string>
> = {
  empty: 'El archivo está vacío. Compruebe que la exportación terminó y envíelo de nuevo.',
  'too-large': 'El archivo supera los 5 GB. Divídalo o comprímalo en un zip.',
  'size-differs': 'El archivo no tiene el tamaño anunciado. Envíelo de nuevo.',
  'quota-exceeded': 'La cuenta no tiene sitio para este archivo. Pida más espacio a quien la administra.',
  checksum: 'El archivo no es el que se anunció: cambió por el camino. Envíelo de nuevo.',
  malware: 'El análisis encontró software malicioso. Analice el equipo de donde viene el archivo.',
  'too-large-to-scan':
    'El archivo es más grande de lo que admite el análisis de software malicioso. Divídalo.',
  'type-mismatch':
    'El nombre y el contenido del archivo no concuerdan. Expórtelo de nuevo y no cambie el final del nombre.',
  'not-utf8': 'El archivo no está en UTF-8. Guárdelo como UTF-8; en una hoja de cálculo, «CSV UTF-8».',
  'nested-archive': 'El zip contiene otro archivo comprimido. Comprima los archivos mismos.',
  'not-tab-delimited':
    'Es un archivo de StudentTracker sin tabuladores. Guárdelo como «Texto (delimitado por tabulaciones)», que termina en .txt.',
  'unknown-kind':
    'No se puede saber qué archivo es. Aquí se admiten: matrículas (un zip, como lo exporta su sistema de estudiantes), archivos de graduados y de solicitud de StudentTracker. Se guardó tal como llegó.',
  'not-permitted':
    'Es un archivo de matrículas, y quien lo envió no puede importarlas. Pídalo a quien administra los datos del distrito.',
  'no-feed':
    'Es un archivo de matrículas, y ninguna fuente del distrito lo recibe en esta carpeta. Hace falta una fuente de ese formato con origen sftp.',
  'feed-ambiguous':
    'Es un archivo de matrículas, y varias fuentes del distrito lo reciben. Deje el origen sftp a una sola.',
  'too-many-syncs':
    'Ya hay demasiadas sincronizaciones en espera. Apruebe o cancele las que esperan y envíe el archivo de nuevo.',
  'header-missing':
    'La primera línea no es la de encabezado. Póngala primero, sin títulos ni líneas vacías encima.',
  'header-repeated': 'Hay una segunda línea de encabezado. Envíe cada archivo por separado.',
  'tag-case': 'El tipo de registro se escribe en mayúsculas y sin espacios.',
  'record-unknown':
    'La línea no empieza con un tipo de registro de este archivo. Busque un salto de línea dentro de un valor.',
  'record-unchecked': 'Las líneas de este tipo se cuentan, pero no se revisan.',
  'blank-line': 'La línea está vacía. Elimínela; en una hoja de cálculo, la fila entera.',
  'after-trailer': 'Hay una línea después de la final. La línea final va la última, una sola vez.',
  'trailer-missing':
    'Falta la línea final con el número de líneas. Si estaba, el archivo se cortó: envíelo de nuevo.',
  'count-wrong':
    'La línea final cuenta otro número de líneas. Cuéntelas todas, también la primera y la última.',
  'too-few-details': 'Hay muy pocos estudiantes: un archivo más pequeño no se carga.',
  'extra-cells': 'Hay algo después de la última columna. Vacíe las celdas de la derecha.',
  'row-shifted': 'Los valores de esta línea parecen desplazados. Busque un tabulador que falte o sobre.',
  'value-missing': 'Falta el valor, que es obligatorio.',
  'value-too-long': 'El valor es demasiado largo. Acórtelo, o mire si hay dos valores en una celda.',
  'value-form':
    'El valor no tiene la forma debida. Las hojas de cálculo quitan los ceros iniciales si la columna no es de texto.',
  'value-not-listed': 'El valor no es ninguno de los admitidos. Escríbalo como en la lista.',
  'bad-date': 'No es una fecha de la forma AAAAMMDD.',
  'future-date': 'La fecha está en el futuro. Corríjala.',
  'dates-reversed': 'La fecha no es posterior a la de nacimiento. Corrija una de las dos.',
  'outside-period': 'La fecha está fuera del período del encabezado. Corrija una de las dos.',
  quoted: 'El valor tiene comillas dobles. Guarde el archivo como texto delimitado por tabulaciones.',
  'control-character': 'El valor tiene un carácter que no se puede imprimir. Escríbalo de nuevo.',
  'id-repeated':
    'El identificador ya está en otra línea. Cada estudiante tiene una línea y un identificador.',
  'school-differs': 'El código no es el del encabezado. Escriba el del encabezado en cada línea.',
  'search-dates-differ':
    'La fecha de búsqueda no es la de la primera línea. Envíe un archivo por cada fecha.',
  'search-date-recent':
    'La fecha es de hace menos de 60 días. Las universidades informan con retraso: busque desde antes.',
  'ssn-sent': 'El valor no hace falta para encontrar a alguien. Déjelo en blanco.',
  'comma-in-return': 'El valor tiene una coma, y la respuesta vendría desplazada. Quítela.',
};

/** Why a report cannot be made as it was asked for; some codes are those of files, and mean another thing. */
export const spanishOfMade: Readonly<Record<string, string>> = {
  unprintable:
    'Hay filas con letras que la fuente del PDF no tiene, o con más texto del que cabe. Pídalo como CSV o XLSX.',
  'too-large': 'El informe es demasiado largo para este formato. Pídalo como CSV.',
  'not-permitted': 'Ya no tiene el permiso que hace falta para este informe.',
};
