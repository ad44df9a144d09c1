import * as z from 'zod';

/**
 * What Clever publishes of its answers, as far as the stand-in gives them. Written from v3.0.yml, v3.1.yml and v3.1-events.yml of
 * github.com/Clever/swagger-api at 08cff70; nothing is copied. No property is required there, and strings with `x-nullable` may be null.
 */
const text = z.string().nullish();
const id = z.string().regex(/^[0-9a-f]{24}$/);
const word = z.string().optional();
const ids = z.array(z.string()).optional();
const grades = [
  ...['InfantToddler', 'Preschool', 'PreKindergarten', 'TransitionalKindergarten', 'Kindergarten'],
  ...[
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '8',
    '9',
    '10',
    '11',
    '12',
    '13',
    'PostGraduate',
    'Ungraded',
    'Other',
    '',
  ],
] as const;
const grade = z.enum(grades).nullish();
const stamps = { created: word, last_modified: word };
const name = z.strictObject({ first: text, last: text, middle: text }).optional();
const credentials = z.strictObject({ district_username: word }).nullish();
const ext = z.looseObject({}).optional();
const location = z
  .strictObject({ address: text, city: text, state: text, zip: text, lat: text, lon: text })
  .nullish();

const student = z.strictObject({
  ...{
    sis_id: word,
    state_id: text,
    student_number: text,
    legacy_id: word,
    school: word,
    schools: ids,
    grade,
    ext,
  },
  ...{
    graduation_year: text,
    dob: z
      .string()
      .regex(/^\d{1,2}\/\d{1,2}\/\d{4}$/)
      .nullish(),
    location,
    credentials,
  },
  ...{
    gender: z.enum(['M', 'F', 'X', '']).nullish(),
    race: text,
    hispanic_ethnicity: text,
    ell_status: text,
  },
  enrollments: z.array(z.strictObject({ school: word, start_date: word, end_date: word })).optional(),
});
const teacher = z.strictObject({
  ...{
    sis_id: word,
    state_id: text,
    teacher_number: text,
    legacy_id: word,
    title: text,
    school: word,
    schools: ids,
  },
  ...{ credentials, ext },
});
const staff = z.strictObject({
  ...{
    staff_id: word,
    legacy_id: word,
    title: text,
    department: text,
    schools: ids,
    roles: ids,
    credentials,
    ext,
  },
});
const relationship = z.strictObject({
  student: word,
  relationship: z.enum(['Parent', 'Grandparent', 'Self', 'Aunt/Uncle', 'Sibling', 'Other', '']).nullish(),
  type: z.enum(['Parent/Guardian', 'Emergency', 'Primary', 'Secondary', 'Family', 'Other', '']).nullish(),
});
const contact = z.strictObject({
  ...{ sis_id: text, legacy_id: word, phone: text, student_relationships: z.array(relationship).optional() },
  phone_type: z.enum(['Cell', 'Home', 'Work', 'Other', '']).nullish(),
});

export const published = {
  users: z.strictObject({
    ...{ id, district: word, email: text, name, ...stamps },
    roles: z.strictObject({
      ...{
        student: student.nullish(),
        teacher: teacher.nullish(),
        staff: staff.nullish(),
        contact: contact.nullish(),
      },
      district_admin: z.strictObject({ title: text, legacy_id: word }).nullish(),
    }),
  }),
  sections: z.strictObject({
    ...{ id, district: word, school: word, course: text, term_id: text, name: word, sis_id: word, ...stamps },
    ...{
      section_number: text,
      period: text,
      subject: text,
      grade,
      students: ids,
      teacher: text,
      teachers: ids,
      ext,
    },
  }),
  schools: z.strictObject({
    ...{
      id,
      district: word,
      name: word,
      school_number: word,
      sis_id: word,
      state_id: text,
      nces_id: text,
      ...stamps,
    },
    ...{
      low_grade: grade,
      high_grade: grade,
      phone: text,
      principal: z.strictObject({ name: text, email: text }),
    },
  }),
  courses: z.strictObject({ id, district: word, name: text, number: text }),
  terms: z.strictObject({ id, district: word, name: text, start_date: text, end_date: text }),
  districts: z.strictObject({
    ...{ id, name: word, nces_id: text, sis_type: word, login_methods: ids },
    state: z.enum(['running', 'pending', 'error', 'paused', '', 'success']).nullish(),
  }),
};

const link = z.strictObject({ rel: z.enum(['next', 'prev', 'self']), uri: z.string() });

export function publishedPage(object: z.ZodType): z.ZodType {
  return z.strictObject({
    data: z.array(z.strictObject({ data: object, uri: z.string() })),
    links: z.array(link),
  });
}

export const publishedEvent = z.strictObject({
  id,
  type: z.string().regex(/^(users|sections|schools|terms|courses|districts)\.(created|updated|deleted)$/),
  created: z.iso.datetime(),
  data: z.strictObject({ object: z.looseObject({ id }), previous_attributes: z.looseObject({}).optional() }),
});
