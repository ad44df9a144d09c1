export const mayImport = {
  action: 'hmh:roster.automated_import',
  resource: 'district',
  operator: 'acts',
} as const;
export const mayUpload = {
  action: 'hmh:roster.bulk_import',
  resource: 'district',
  operator: 'acts',
} as const;
export const mayView = { action: 'hmh:roster.view', resource: 'district', operator: 'acts' } as const;
/**
 * Handing out roles: whoever may do it can give themself any, so it takes a permission that none but a district data administrator
 * holds. roster.manual_manage would not do, a DASA holds it too (001:163).
 */
export const mayAssign = { ...mayImport } as const;

const rolesAndAssociations = {
  roles: 'pcr:role.assign',
  ledgers: 'pcr:user.associate_ledger',
  schools: 'pcr:user.associate_school',
} as const;
/** Accounts are for whoever hands out roles, and for people whom the rules of pcr let administer users (decision 0032). */
export const mayCreateUser = {
  ...mayAssign,
  or: { on: 'district', always: 'pcr:user.create', parts: rolesAndAssociations },
} as const;
export const mayChangeUser = {
  ...mayAssign,
  or: { on: 'account', parts: rolesAndAssociations, others: 'pcr:user.edit' },
} as const;
export const mayEditUser = { ...mayAssign, or: { on: 'account', always: 'pcr:user.edit' } } as const;
/** So is everybody, on their own account. */
export const ownOrMayEditUser = { ...mayAssign, or: { ...mayEditUser.or, own: true } } as const;
export const mayFindUsers = { ...mayAssign, or: 'handler' } as const;
export const mayRemoveUser = { ...mayAssign, or: { on: 'account', always: 'pcr:user.remove' } } as const;

/** Of words that nothing decides by; whatever else is written into a record can give roles, and takes `mayAssign` too. */
export const mayEdit = {
  action: 'hmh:roster.manual_manage',
  resource: 'district',
  operator: 'acts',
} as const;
