import { describe, expect, test } from 'vitest';
import type { Person } from '../../shared/access/facts.ts';
import { applyOverlay } from '../../shared/access/overlays.ts';
import {
  aClass,
  anAssignment,
  aPerson,
  aSchool,
  aSetting,
  aStudent,
  atSchool,
  enrolled,
  inDistrict,
  theDistrict,
  theUser,
} from '../builders/access-facts.ts';
import { shipped } from '../builders/catalogue-table.ts';
import { testSystem } from '../builders/table-tests.ts';
import { casesOf, holderIn, lookUp, misanswered, type Situation } from '../builders/written-table.ts';

/**
 * HMH Rostering Service, document 001. District d-1 has school s-3 with classes c-1 and c-2, and school s-4 with class c-9.
 * Roles of a school are held at s-3, and the teacher teaches c-1.
 */

const holding = holderIn('hmh');
const elsewhere = { type: 'district' as const, ids: ['d-2'] };

function teaching(
  memberships = [enrolled('c-1', 'teacher')],
  dates: { from?: string; until?: string } = {},
): Person {
  return aPerson('u-1', { memberships }, [anAssignment('teacher', atSchool('s-3'), dates)]);
}

function both(...assignments: [role: string, school: string][]): Person {
  return aPerson(
    'u-1',
    { memberships: [enrolled('c-1', 'teacher')] },
    assignments.map(([role, school]) => anAssignment(role, atSchool(school))),
  );
}

const people: Record<string, Person> = {
  nobody: aPerson('u-0'),
  DDA: holding('district_data_admin', inDistrict),
  DASA: holding('district_assessment_system_admin', inDistrict),
  DAAC: holding('district_admin_assessment_coordinator', inDistrict),
  DAP: holding('district_assessment_proctor', inDistrict),
  SDA: holding('school_data_admin', atSchool('s-3')),
  SAC: holding('school_assessment_coordinator', atSchool('s-3')),
  SA: holding('school_admin', atSchool('s-3')),
  SAP: holding('school_assessment_proctor', atSchool('s-3')),
  T: teaching(),
  student: holding('student', atSchool('s-3')),

  'DDA of d-2': holding('district_data_admin', elsewhere),
  'DASA of d-2': holding('district_assessment_system_admin', elsewhere),
  'DAAC of d-2': holding('district_admin_assessment_coordinator', elsewhere),
  'DAP of d-2': holding('district_assessment_proctor', elsewhere),
  'DDA given for a school': holding('district_data_admin', atSchool('s-3')),
  'SDA given for the district': holding('school_data_admin', inDistrict),
  'T given for the district': {
    ...teaching(),
    manual: [anAssignment('teacher', inDistrict)],
  },
  'SDA of s-3 and s-4': holding('school_data_admin', atSchool('s-3', 's-4')),
  'SA of s-3 and s-4': holding('school_admin', atSchool('s-3', 's-4')),

  'T without classes': teaching([]),
  'T until yesterday in the class': teaching([enrolled('c-1', 'teacher', { end: '2026-10-14' })]),
  'T until today in the class': teaching([enrolled('c-1', 'teacher', { end: '2026-10-15' })]),
  'T until tomorrow in the class': teaching([enrolled('c-1', 'teacher', { end: '2026-10-16' })]),
  'T from today in the class': teaching([enrolled('c-1', 'teacher', { begin: '2026-10-15' })]),
  'T from tomorrow in the class': teaching([enrolled('c-1', 'teacher', { begin: '2026-10-16' })]),
  'T enrolled as a student': teaching([enrolled('c-1', 'student')]),
  'T of s-3 teaching c-9': teaching([enrolled('c-9', 'teacher', { schoolId: 's-4' })]),
  'T until today': teaching([enrolled('c-1', 'teacher')], { until: '2026-10-15' }),
  'T from tomorrow': teaching([enrolled('c-1', 'teacher')], { from: '2026-10-16' }),
  'enrolled as teacher without the role': aPerson('u-1', { memberships: [enrolled('c-1', 'teacher')] }),
  'suspended T': {
    ...aPerson('u-1', { status: 'suspended', memberships: [enrolled('c-1', 'teacher')] }),
    manual: teaching().manual,
  },
  'disabled T': {
    ...aPerson('u-1', { enabled: false, memberships: [enrolled('c-1', 'teacher')] }),
    manual: teaching().manual,
  },

  'T by roster': aPerson('u-1', {
    memberships: [enrolled('c-1', 'teacher')],
    assignments: [anAssignment('teacher', atSchool('s-3'), { source: 'roster', rule: 'r-1' })],
  }),
  'SAC until yesterday': holding('school_assessment_coordinator', atSchool('s-3'), {
    dates: { until: '2026-10-14' },
  }),
  'SAC until today': holding('school_assessment_coordinator', atSchool('s-3'), {
    dates: { until: '2026-10-15' },
  }),
  'SAC until tomorrow': holding('school_assessment_coordinator', atSchool('s-3'), {
    dates: { until: '2026-10-16' },
  }),
  'SAC from today': holding('school_assessment_coordinator', atSchool('s-3'), {
    dates: { from: '2026-10-15' },
  }),
  'SAC from tomorrow': holding('school_assessment_coordinator', atSchool('s-3'), {
    dates: { from: '2026-10-16' },
  }),
  'suspended DDA': aPerson('u-1', { status: 'suspended' }, [anAssignment('district_data_admin', inDistrict)]),
  'disabled DDA': aPerson('u-1', { enabled: false }, [anAssignment('district_data_admin', inDistrict)]),
  'DDA off the roster': { id: 'u-1', manual: [anAssignment('district_data_admin', inDistrict)] },
  'DDA requested by the roster': aPerson('u-1', {
    requests: [anAssignment('district_data_admin', inDistrict, { source: 'roster' })],
  }),

  'SAC of s-4 and SA of s-3': both(['school_assessment_coordinator', 's-4'], ['school_admin', 's-3']),
  'SDA of s-4 and SAP of s-3': both(['school_data_admin', 's-4'], ['school_assessment_proctor', 's-3']),
  'SDA of s-4 and T of s-3': both(['school_data_admin', 's-4'], ['teacher', 's-3']),
  'SAP and T of s-3': both(['school_assessment_proctor', 's-3'], ['teacher', 's-3']),
};

const places = {
  'the district': { resource: theDistrict },
  'school s-3': { resource: aSchool('s-3') },
  'school s-4': { resource: aSchool('s-4') },
  'class c-1': { resource: aClass('c-1') },
  'class c-2': { resource: aClass('c-2') },
  'class c-9': { resource: aClass('c-9', 's-4') },
};

/** "class c-1 on Ed" for every place and platform; NetWare is none that the document knows. */
const onPlatforms = Object.entries(places).flatMap(([place, { resource }]) =>
  ['Ed', 'Flight', 'NWEA', 'TC', 'HMO', 'NetWare', 'ed'].map((platform): [string, Situation] => [
    `${place} on ${platform}`,
    { resource, properties: { platform } },
  ]),
);

const settingsOf: Record<string, Record<string, boolean>> = {
  'viewing granted': { 'hmh.teacher.roster.view': true },
  'managing granted': { 'hmh.teacher.roster.manual_manage': true },
  'viewing and managing granted': {
    'hmh.teacher.roster.view': true,
    'hmh.teacher.roster.manual_manage': true,
  },
  'all revoked': { 'hmh.teacher.roster.view': false, 'hmh.teacher.roster.manual_manage': false },
};
const withSettings = Object.entries(places).flatMap(([place, { resource }]) =>
  Object.entries(settingsOf).map(([words, settings]): [string, Situation] => [
    `${place}, ${words}`,
    { resource, settings },
  ]),
);

function asking(person: string, role: string): Situation {
  return { resource: theUser({ ...lookUp(people, person), id: 'u-asked' }), properties: { role } };
}

const situations: Record<string, Situation> = {
  ...places,
  ...Object.fromEntries([...onPlatforms, ...withSettings]),
  'class c-1 closed, viewing granted': {
    resource: aClass('c-1', 's-3', 'suspended'),
    settings: { 'hmh.teacher.roster.view': true },
  },
  'student of c-1': { resource: aStudent('u-ann', 'c-1') },
  'student of c-2': { resource: aStudent('u-ben', 'c-2') },
  'student of c-9': {
    resource: {
      type: 'student',
      id: 'u-zed',
      person: aPerson('u-zed', { memberships: [enrolled('c-9', 'student', { schoolId: 's-4' })] }),
    },
  },
  'student of c-1 until today': {
    resource: {
      type: 'student',
      id: 'u-ann',
      person: aPerson('u-ann', {
        memberships: [enrolled('c-1', 'student', { end: '2026-10-15' })],
        orgIds: ['s-3'],
      }),
    },
  },
  'the setting for viewing': { resource: aSetting('hmh.teacher.roster.view') },
  'the setting for managing': { resource: aSetting('hmh.teacher.roster.manual_manage') },
  'the setting of imath': { resource: aSetting('imath.teacher_student_creation') },
  'a setting nobody knows': { resource: aSetting('hmh.teacher.report.assessment') },
  'DDA is DDA': asking('DDA', 'district_data_admin'),
  'DASA is DASA': asking('DASA', 'district_assessment_system_admin'),
  'DAAC is DAAC': asking('DAAC', 'district_admin_assessment_coordinator'),
  'DAP is DAP': asking('DAP', 'district_assessment_proctor'),
  'SDA is SDA': asking('SDA', 'school_data_admin'),
  'SAC is SAC': asking('SAC', 'school_assessment_coordinator'),
  'SA is SA': asking('SA', 'school_admin'),
  'SAP is SAP': asking('SAP', 'school_assessment_proctor'),
  'T is T': asking('T', 'teacher'),
  'T without classes is T': asking('T without classes', 'teacher'),
  'T is DDA': asking('T', 'district_data_admin'),
  'DDA is DASA': asking('DDA', 'district_assessment_system_admin'),
  'DDA is DAAC': asking('DDA', 'district_admin_assessment_coordinator'),
  'DDA is DAP': asking('DDA', 'district_assessment_proctor'),
  'SA is SDA': asking('SA', 'school_data_admin'),
  'SA is SAC': asking('SA', 'school_assessment_coordinator'),
  'T is SA': asking('T', 'school_admin'),
  'T is SAP': asking('T', 'school_assessment_proctor'),
  'SAP is T': asking('SAP', 'teacher'),
  'SAC until today is SAC': asking('SAC until today', 'school_assessment_coordinator'),
  'SAC from tomorrow is SAC': asking('SAC from tomorrow', 'school_assessment_coordinator'),
  'SAC until tomorrow is SAC': asking('SAC until tomorrow', 'school_assessment_coordinator'),
  'suspended DDA is DDA': asking('suspended DDA', 'district_data_admin'),
  'disabled DDA is DDA': asking('disabled DDA', 'district_data_admin'),
  'DDA requested by the roster is DDA': asking('DDA requested by the roster', 'district_data_admin'),
};

const table = `
# View Roster Data
DDA, DASA, DAAC | roster.view | the district; school s-3; school s-4; class c-1; class c-9 | may | 001:141
DDA of d-2, DASA of d-2, DAAC of d-2 | roster.view | the district; school s-3; class c-1 | out-of-scope | 001:141
DAP | roster.view | the district; school s-3; class c-1; class c-1 on NWEA; class c-1, viewing granted | no-role | 001:141
SDA, SAC | roster.view | school s-3; class c-1; class c-2 | may | 001:141
SDA, SAC | roster.view | the district; school s-4; class c-9; school s-4 on Ed | out-of-scope | 001:141
SA | roster.view | school s-3 on Ed; school s-3 on Flight; class c-1 on Ed; class c-1 on Flight | may | 001:141
SA | roster.view | school s-3; class c-1; school s-3 on NWEA; school s-3 on TC; school s-3 on HMO; class c-1 on NWEA; school s-3 on NetWare; school s-3 on ed | condition | 001:141
SA | roster.view | the district on Ed; school s-4 on Ed; class c-9 on Flight; school s-4 | out-of-scope | 001:141
SAP | roster.view | school s-3; class c-1; school s-3 on Ed; class c-1, viewing granted | no-role | 001:141
T | roster.view | class c-1, viewing granted; class c-1, viewing and managing granted | may | 001:141
T | roster.view | class c-1; class c-1, all revoked; class c-1, managing granted | condition | 001:141
T | roster.view | class c-2, viewing granted; school s-3, viewing granted; class c-1 closed, viewing granted | condition | 001:141
T | roster.view | class c-9, viewing granted; school s-4, viewing granted; the district, viewing granted | out-of-scope | 001:141
student | roster.view | school s-3; class c-1 | no-role | 001:141

# Manual - manage
DDA, DASA | roster.manual_manage | the district; school s-3; school s-4; class c-1; class c-9 | may | 001:163
DDA of d-2, DASA of d-2 | roster.manual_manage | the district; school s-3; class c-1 | out-of-scope | 001:163
DAAC, DAP | roster.manual_manage | the district; school s-3; class c-1 | no-role | 001:163
SDA | roster.manual_manage | school s-3; class c-1; class c-2 | may | 001:163
SDA | roster.manual_manage | the district; school s-4; class c-9 | out-of-scope | 001:163
SAC, SA, SAP, student | roster.manual_manage | school s-3; class c-1; school s-3 on Ed; class c-1, managing granted | no-role | 001:163
T | roster.manual_manage | class c-1, managing granted; class c-1, viewing and managing granted | may | 001:163
T | roster.manual_manage | class c-1; class c-1, all revoked; class c-1, viewing granted | condition | 001:163
T | roster.manual_manage | class c-2, managing granted; school s-3, managing granted | condition | 001:163
T | roster.manual_manage | class c-9, managing granted; the district, managing granted | out-of-scope | 001:163

# Bulk - import, automated - import
DDA | roster.bulk_import | the district; school s-3; class c-1; school s-4 | may | 001:181
DDA of d-2 | roster.bulk_import | the district; school s-3 | out-of-scope | 001:181
DASA, DAAC, DAP | roster.bulk_import | the district; school s-3; class c-1 | no-role | 001:181
SDA, SAC, SA, SAP, T, student | roster.bulk_import | school s-3; class c-1; class c-1, viewing and managing granted; school s-3 on Ed | no-role | 001:181
DDA | roster.automated_import | the district; school s-3; class c-1; school s-4 | may | 001:199
DDA of d-2 | roster.automated_import | the district; school s-3 | out-of-scope | 001:199
DASA, DAAC, DAP | roster.automated_import | the district; school s-3; class c-1 | no-role | 001:199
SDA, SAC, SA, SAP, T, student | roster.automated_import | school s-3; class c-1; class c-1, viewing and managing granted; school s-3 on Ed | no-role | 001:199

# Reporting
DDA, DASA, DAAC | report.assessment | the district; school s-3; class c-1; class c-9 | may | 001:237
DDA of d-2, DASA of d-2, DAAC of d-2 | report.assessment | the district; school s-3; class c-1 | out-of-scope | 001:237
DAP | report.assessment | the district; school s-3; class c-1 on NWEA | no-role | 001:237
SDA, SAC, SA | report.assessment | school s-3; class c-1; class c-2; school s-3 on NWEA | may | 001:237
SDA, SAC, SA | report.assessment | the district; school s-4; class c-9 | out-of-scope | 001:237
SAP, student | report.assessment | school s-3; class c-1; class c-1 on NWEA | no-role | 001:237
T | report.assessment | class c-1; class c-1, all revoked; class c-1 on NWEA | may | 001:237
T | report.assessment | class c-2; school s-3; class c-2, viewing and managing granted | condition | 001:237
T | report.assessment | class c-9; school s-4; the district | out-of-scope | 001:237
DDA, DAAC | report.curriculum | the district; school s-3; class c-1; class c-9 | may | 001:255
DDA of d-2, DAAC of d-2 | report.curriculum | the district; school s-3; class c-1 | out-of-scope | 001:255
DASA, DAP | report.curriculum | the district; school s-3; class c-1 | no-role | 001:255
SDA, SA | report.curriculum | school s-3; class c-1; class c-2 | may | 001:255
SDA, SA | report.curriculum | the district; school s-4; class c-9 | out-of-scope | 001:255
SAC, SAP, student | report.curriculum | school s-3; class c-1; school s-3 on Ed | no-role | 001:255
T | report.curriculum | class c-1; class c-1, all revoked | may | 001:255
T | report.curriculum | class c-2; school s-3 | condition | 001:255
T | report.curriculum | class c-9; the district | out-of-scope | 001:255

# Licensing
DDA, DAAC | license.ed | the district; school s-3; class c-1; class c-9 | may | 001:293
DDA of d-2, DAAC of d-2 | license.ed | the district; school s-3; class c-1 | out-of-scope | 001:293
DASA, DAP | license.ed | the district; school s-3; class c-1 on Ed | no-role | 001:293
SDA, SA | license.ed | school s-3; class c-1; class c-2 | may | 001:293
SDA, SA | license.ed | the district; school s-4; class c-9 | out-of-scope | 001:293
SAC, SAP, student | license.ed | school s-3; class c-1; school s-3 on Ed | no-role | 001:293
T | license.ed | class c-1; class c-1, all revoked; class c-1 on Ed | may | 001:293
T | license.ed | class c-2; school s-3; class c-2 on Ed | condition | 001:293
T | license.ed | class c-9; the district | out-of-scope | 001:293
DDA, DAAC | license.flight | the district; school s-3; class c-1; class c-9 | may | 001:311
DDA of d-2, DAAC of d-2 | license.flight | the district; school s-3; class c-1 | out-of-scope | 001:311
DASA, DAP | license.flight | the district; school s-3; class c-1 on Flight | no-role | 001:311
SDA, SA | license.flight | school s-3; class c-1; class c-2 | may | 001:311
SDA, SA | license.flight | the district; school s-4; class c-9 | out-of-scope | 001:311
SAC, SAP, T, student | license.flight | school s-3; class c-1; class c-1 on Flight; class c-1, viewing and managing granted | no-role | 001:311

# Assessments
DDA | event.manage | the district; school s-3; class c-1; school s-4 | may | 001:351
DDA of d-2 | event.manage | the district; school s-3 | out-of-scope | 001:351
DASA, DAAC, DAP | event.manage | the district; school s-3; class c-1; school s-3 on NWEA | no-role | 001:351
SAC | event.manage | school s-3; class c-1; school s-3 on NWEA | may | 001:351
SAC | event.manage | the district; school s-4; class c-9 | out-of-scope | 001:351
SDA, SA, SAP, T, student | event.manage | school s-3; class c-1; class c-1 on NWEA | no-role | 001:351
DAP | assessment.proctor | the district; school s-3; class c-1; school s-4; class c-9; the district on NWEA; school s-4 on NWEA; class c-1 on NWEA | may | 001:371, 001:33
DAP | assessment.proctor | the district on Ed; school s-3 on Flight; class c-1 on TC; class c-1 on HMO; class c-1 on NetWare | condition | 001:371, 001:33
DAP of d-2 | assessment.proctor | the district; school s-3 on NWEA | out-of-scope | 001:371, 001:33
SAP | assessment.proctor | school s-3; class c-1; school s-3 on NWEA; class c-2 on NWEA | may | 001:371, 001:57
SAP | assessment.proctor | school s-3 on Ed; school s-3 on Flight; class c-1 on TC; class c-1 on HMO; class c-1 on NetWare | condition | 001:371, 001:57
SAP | assessment.proctor | the district; school s-4; class c-9 on NWEA | out-of-scope | 001:371, 001:57
DDA, DASA, DAAC, SDA, SAC, SA, T, student | assessment.proctor | school s-3; class c-1; school s-3 on NWEA; class c-1 on NWEA | no-role | 001:371

# Preferences and settings
DASA | preference.manage | the district | may | 001:25
DASA | preference.manage | school s-3 | may | 001:25
SDA, SAC, SA, SAP, T, student | preference.manage | school s-3 | no-role | 001:25
DASA of d-2 | preference.manage | the district | out-of-scope | 001:25
DDA, DAAC, DAP, SDA, SAC, SA, SAP, T, student | preference.manage | the district | no-role | 001:25
DDA | setting.change | the setting for viewing; the setting for managing | may | 001:75
DDA of d-2 | setting.change | the setting for viewing; the setting for managing | out-of-scope | 001:75
DASA, DAAC, DAP, SDA, SAC, SA, SAP, T, student | setting.change | the setting for viewing; the setting for managing | no-role | 001:75
DDA | setting.change | the setting of imath; a setting nobody knows | unknown-resource | 001:75
DDA | roster.view | the setting for viewing | rule | 001:141

# Who is assigned to a class today (001:77)
T until tomorrow in the class, T from today in the class | report.assessment | class c-1 | may | 001:237
T until yesterday in the class, T until today in the class, T from tomorrow in the class | report.assessment | class c-1 | condition | 001:237
T without classes, T enrolled as a student | report.assessment | class c-1 | condition | 001:237
T until today in the class, T without classes, T enrolled as a student | roster.view | class c-1, viewing granted | condition | 001:141
T of s-3 teaching c-9 | report.assessment | class c-9 | out-of-scope | 001:237
enrolled as teacher without the role | report.assessment | class c-1 | no-role | 001:237

T by roster | report.assessment | class c-1 | may | 001:237
T by roster | report.assessment | class c-2 | condition | 001:237

# Students are where their classes are
T | report.assessment | student of c-1 | may | 001:237
T | report.assessment | student of c-2; student of c-1 until today | condition | 001:237
T | report.assessment | student of c-9 | out-of-scope | 001:237
T without classes | report.assessment | student of c-1 | condition | 001:237
SA | report.assessment | student of c-1; student of c-2 | may | 001:237
SA | report.assessment | student of c-9 | out-of-scope | 001:237

# Dates and standing
SAC until tomorrow, SAC from today | event.manage | school s-3 | may | 001:351
SAC until yesterday, SAC until today | event.manage | school s-3 | expired | 001:351
SAC from tomorrow | event.manage | school s-3 | not-effective | 001:351
T until today | report.assessment | class c-1 | expired | 001:237
T from tomorrow | report.assessment | class c-1 | not-effective | 001:237
suspended DDA, disabled DDA | roster.view | the district; class c-1 | suspended | 001:141
suspended DDA, disabled DDA | setting.change | the setting for viewing | suspended | 001:75
suspended T, disabled T | report.assessment | class c-1 | suspended | 001:237
DDA off the roster | roster.bulk_import | the district | may | 001:181
DDA requested by the roster | roster.bulk_import | the district | no-role | 001:181

# Scopes
DDA given for a school | roster.view | school s-3; class c-1 | not-effective | 001:141
SDA given for the district | roster.view | school s-3; the district | not-effective | 001:141
T given for the district | report.assessment | class c-1 | not-effective | 001:237
SDA of s-3 and s-4 | roster.manual_manage | school s-3; school s-4; class c-9 | may | 001:163
SDA of s-3 and s-4 | roster.manual_manage | the district | out-of-scope | 001:163
SA of s-3 and s-4 | roster.view | school s-4 on Ed; class c-9 on Flight | may | 001:141

# Pairs of role and school never cross
SAC of s-4 and SA of s-3 | event.manage | school s-4 | may | 001:351
SAC of s-4 and SA of s-3 | event.manage | school s-3 | out-of-scope | 001:351
SAC of s-4 and SA of s-3 | roster.view | school s-4; school s-3 on Ed | may | 001:141
SAC of s-4 and SA of s-3 | roster.view | school s-3 | condition | 001:141
SAC of s-4 and SA of s-3 | license.ed | school s-3 | may | 001:293
SAC of s-4 and SA of s-3 | license.ed | school s-4 | out-of-scope | 001:293
SDA of s-4 and SAP of s-3 | assessment.proctor | school s-3 | may | 001:371
SDA of s-4 and SAP of s-3 | assessment.proctor | school s-4 | out-of-scope | 001:371
SDA of s-4 and SAP of s-3 | roster.manual_manage | school s-3 | out-of-scope | 001:163
SDA of s-4 and T of s-3 | report.curriculum | class c-1; school s-4 | may | 001:255
SDA of s-4 and T of s-3 | report.curriculum | class c-2; school s-3 | condition | 001:255
SDA of s-4 and T of s-3 | roster.view | class c-9; school s-4 | may | 001:141
SDA of s-4 and T of s-3 | roster.view | class c-1 | condition | 001:141
SAP and T of s-3 | assessment.proctor | class c-2; class c-1 on NWEA | may | 001:371
SAP and T of s-3 | assessment.proctor | class c-2 on Ed | condition | 001:371
SAP and T of s-3 | report.assessment | class c-2 | condition | 001:237

# What is not listed
DDA | roster.delete, license.hmo, report, student.view | the district | unknown-action | 001:67
nobody | roster.view | the district; class c-1 | no-role | 001:141

# Holding a role now
nobody | role.effective | DDA is DDA | may | 001:17
nobody | role.effective | DASA is DASA | may | 001:23
nobody | role.effective | DAAC is DAAC | may | 001:27
nobody | role.effective | DAP is DAP | may | 001:31
nobody | role.effective | SDA is SDA | may | 001:43
nobody | role.effective | SAC is SAC; SAC until tomorrow is SAC | may | 001:47
nobody | role.effective | SA is SA | may | 001:51
nobody | role.effective | SAP is SAP | may | 001:55
nobody | role.effective | T is T; T without classes is T | may | 001:59
nobody | role.effective | T is DDA; DDA requested by the roster is DDA | no-role | 001:17
nobody | role.effective | DDA is DASA | no-role | 001:23
nobody | role.effective | DDA is DAAC | no-role | 001:27
nobody | role.effective | DDA is DAP | no-role | 001:31
nobody | role.effective | SA is SDA | no-role | 001:43
nobody | role.effective | SA is SAC | no-role | 001:47
nobody | role.effective | T is SA | no-role | 001:51
nobody | role.effective | T is SAP | no-role | 001:55
nobody | role.effective | SAP is T | no-role | 001:59
nobody | role.effective | SAC until today is SAC | expired | 001:47
nobody | role.effective | SAC from tomorrow is SAC | not-effective | 001:47
nobody | role.effective | suspended DDA is DDA; disabled DDA is DDA | suspended | 001:17
DDA | role.effective | the district | rule | 001:17
`;

const roles = `
district_data_admin                   | district | privileged | - | many | 001:17
district_assessment_system_admin      | district | privileged | - | many | 001:23
district_admin_assessment_coordinator | district | privileged | - | many | 001:27
district_assessment_proctor           | district | -          | - | many | 001:31
school_data_admin                     | school   | privileged | - | many | 001:43
school_assessment_coordinator         | school   | -          | - | many | 001:47
school_admin                          | school   | -          | - | many | 001:51
school_assessment_proctor             | school   | -          | - | many | 001:55
teacher                               | school   | -          | - | many | 001:59
student                               | school   | -          | - | many | 001:3
`;

const rows = `
roster.view | printed | 001:141
roster.manual_manage | read | 001:163, 001:45 | One cell is *lost*; the third mark is SDA's by 001:45, and the lost mark's place can't be known: denied.
roster.bulk_import | read | 001:181 | One cell is *lost* and its place can't be known: denied.
roster.automated_import | read | 001:199 | One cell is *lost* and its place can't be known: denied.
report.assessment | read | 001:237, 001:61 | The *lost* cell was the teacher's, by 001:61 with the gold border alone.
report.curriculum | read | 001:255, 001:61 | The *lost* cell was the teacher's, by 001:61 with the gold border alone.
license.ed | read | 001:293, 001:61 | The *lost* cell was the teacher's, by 001:61 with the gold border alone.
license.flight | printed | 001:311
event.manage | printed | 001:351
assessment.proctor | read | 001:371, 001:33, 001:57 | The prose limits proctoring to *NWEA*.
preference.manage | read | 001:25 | Only the *prose* has it: no row of the table does.
setting.change | printed | 001:75
`;

const settings = `
hmh.teacher.roster.view          | off | setting.change
hmh.teacher.roster.manual_manage | off | setting.change
`;

const vocabulary = { platform: ['Ed', 'Flight', 'NWEA', 'TC', 'HMO'] };

testSystem(shipped('hmh'), {
  roles,
  rows,
  settings,
  cases: casesOf({ people, situations }, table),
  vocabulary,
});

describe('with the overlay hmh-school-rostering', () => {
  const [overlay] = shipped('hmh').overlays.filter(({ name }) => name === 'hmh-school-rostering');
  const [added] = overlay?.settings ?? [];
  if (overlay === undefined || added === undefined) throw new Error('The overlay or its setting is missing');
  const overlaid: Record<string, Situation> = {
    ...situations,
    'the new setting': { resource: aSetting(added.id) },
    ...Object.fromEntries(
      Object.entries(places).flatMap(([place, { resource }]) => [
        [`${place}, importing granted`, { resource, settings: { [added.id]: true } }],
        [`${place}, importing revoked`, { resource, settings: { [added.id]: false } }],
      ]),
    ),
  };

  test('the setting is none where the overlay is off', () => {
    const lines = 'DDA | setting.change | the new setting | unknown-resource | 001:75';
    expect(misanswered(shipped('hmh'), casesOf({ people, situations: overlaid }, lines))).toEqual([]);
  });

  const untouched = table.split('\n').filter((line) => !line.includes('| roster.bulk_import |'));

  testSystem(applyOverlay(shipped('hmh'), overlay), {
    roles,
    rows,
    settings: `${settings}${added.id} | off | setting.change`,
    vocabulary,
    cases: casesOf(
      { people, situations: overlaid },
      `
${untouched.join('\n')}
SDA | roster.bulk_import | school s-3, importing granted; class c-1, importing granted | may | 001:181
SDA | roster.bulk_import | school s-3; school s-3, importing revoked; class c-1, viewing and managing granted | condition | 001:181
SDA | roster.bulk_import | school s-4, importing granted; the district, importing granted; class c-9, importing granted | out-of-scope | 001:181
DDA | roster.bulk_import | the district; school s-3, importing revoked | may | 001:181
DDA of d-2 | roster.bulk_import | the district, importing granted | out-of-scope | 001:181
DASA, DAAC, DAP, SAC, SA, SAP, T, student | roster.bulk_import | school s-3, importing granted; class c-1, importing granted | no-role | 001:181
DDA | setting.change | the new setting | may | 001:75
DASA, DAAC, DAP, SDA, SAC, SA, SAP, T, student | setting.change | the new setting | no-role | 001:75
`,
    ),
  });
});
