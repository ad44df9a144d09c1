import type { Words } from './words.ts';

export const spanish: Words = {
  locale: 'es-US',
  sftp: {
    intro: 'Los informes también llegan y se envían por SFTP, con la contraseña que elija:',
    host: 'Servidor',
    port: 'Puerto',
    user: 'Nombre de usuario',
    fingerprint: 'Huella del servidor',
    key: '¿Prefiere entrar con una clave? Inicie sesión y añádala en «Inicio de sesión y seguridad».',
  },
  keys: {
    count: (keys) => {
      if (keys === 0) return 'Ya no hay ninguna clave: nadie entra con una.';
      return keys === 1 ? 'Ahora hay una clave. Su huella:' : `Ahora hay ${keys} claves. Sus huellas:`;
    },
    isNew: 'nueva',
    advice: [
      '¿Fue usted, o lo pidió? Entonces no tiene que hacer nada.',
      'Si no: inicie sesión, quite las claves que no sean suyas en «Inicio de sesión y seguridad», elija una contraseña nueva y avise a quienes administran las cuentas.',
    ],
  },
  ask: (district) => `¿Tiene preguntas? Consulte a quienes administran las cuentas de ${district}.`,
  invitation: (district, when) => ({
    subject: `${district}: elija una contraseña para su cuenta`,
    heading: 'Ya tiene una cuenta',
    paragraphs: [
      `${district} ha creado una cuenta para usted en Rolebook.`,
      'Elija una contraseña y podrá iniciar sesión.',
    ],
    button: 'Elegir una contraseña',
    until: `El enlace sirve una sola vez, hasta el ${when}.`,
    why: `Recibe este correo porque ${district} le ha invitado con esta dirección. Si no sabe por qué, no haga nada.`,
  }),
  reset: (district, when) => ({
    subject: `${district}: elija una contraseña nueva`,
    heading: 'Elija una contraseña nueva',
    paragraphs: [
      `Alguien pidió una contraseña nueva para su cuenta de ${district}.`,
      '¿Fue usted? Entonces elija una. Si su cuenta está bloqueada, así se desbloquea.',
      '¿No fue usted? Entonces no haga nada: su contraseña sigue siendo la misma.',
    ],
    button: 'Elegir una contraseña nueva',
    until: `El enlace sirve una sola vez, hasta el ${when}.`,
    why: `Recibe este correo porque su cuenta de ${district} tiene esta dirección.`,
  }),
  locked: (district, when) => ({
    subject: `${district}: su cuenta está bloqueada`,
    heading: 'Su cuenta está bloqueada',
    paragraphs: [
      `Alguien introdujo varias veces una contraseña incorrecta para su cuenta de ${district}. La cuenta se bloqueó el ${when}.`,
      'Una contraseña nueva la desbloquea. Si no fue usted quien lo intentó, elija una que no use en ningún otro sitio.',
    ],
    button: 'Pedir una contraseña nueva',
    why: `Recibe este correo porque su cuenta de ${district} tiene esta dirección. No se puede desactivar: protege su cuenta.`,
  }),
  'password-changed': (district, when) => ({
    subject: `${district}: su contraseña ha cambiado`,
    heading: 'Su contraseña ha cambiado',
    paragraphs: [
      `La contraseña de su cuenta de ${district} se cambió el ${when}.`,
      '¿Fue usted? Entonces no tiene que hacer nada.',
      '¿No fue usted? Entonces pida ahora una contraseña nueva y avise a quienes administran las cuentas.',
    ],
    button: 'Pedir una contraseña nueva',
    why: `Recibe este correo porque su cuenta de ${district} tiene esta dirección. No se puede desactivar: protege su cuenta.`,
  }),
  'password-lapsed': (district, when) => ({
    subject: `${district}: necesita una contraseña nueva`,
    heading: 'Necesita una contraseña nueva',
    paragraphs: [
      `Quienes administran las cuentas de ${district} quitaron su segundo factor el ${when}.`,
      'Su contraseña es demasiado corta para bastar sin él. Elija una más larga y podrá volver a iniciar sesión.',
      '¿No lo pidió usted? Entonces avise a quienes administran las cuentas.',
    ],
    button: 'Pedir una contraseña nueva',
    why: `Recibe este correo porque su cuenta de ${district} tiene esta dirección. No se puede desactivar: protege su cuenta.`,
  }),
  'ssh-keys-changed': (district, when) => ({
    subject: `${district}: sus claves de SFTP han cambiado`,
    heading: 'Sus claves de SFTP han cambiado',
    paragraphs: [
      `Las claves con las que entra por SFTP con su cuenta de ${district} se cambiaron el ${when}.`,
    ],
    button: 'Ver sus claves',
    why: `Recibe este correo porque su cuenta de ${district} tiene esta dirección. No se puede desactivar: protege su cuenta.`,
  }),
};
