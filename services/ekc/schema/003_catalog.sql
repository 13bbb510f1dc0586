-- What inquiries are sorted by. Data: a new topic or channel needs no release.

CREATE TABLE taxonomy (
    version integer PRIMARY KEY,
    loaded_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE area (
    id text PRIMARY KEY,
    position integer NOT NULL,
    name_ru text NOT NULL,
    name_en text NOT NULL
);

CREATE TABLE topic (
    id text PRIMARY KEY,
    area text NOT NULL REFERENCES area (id),
    position integer NOT NULL,
    name_ru text NOT NULL,
    name_en text NOT NULL,
    applicant text NOT NULL CHECK (applicant IN ('resident', 'developer', 'both', '')),
    owner text NOT NULL,
    in_scope boolean NOT NULL,
    phrases text[] NOT NULL
);

CREATE TABLE channel (
    id text PRIMARY KEY,
    position integer NOT NULL,
    name_ru text NOT NULL,
    name_en text NOT NULL
);

INSERT INTO channel VALUES
    ('telephone', 1, 'Телефон', 'Telephone'),
    ('email', 2, 'Электронная почта', 'E-mail'),
    ('form', 3, 'Электронная форма', 'Web form'),
    ('online', 4, 'Онлайн-консультация', 'Online consultation'),
    ('visit', 5, 'Личный приём', 'Visit'),
    ('letter', 6, 'Письмо', 'Letter');

CREATE TABLE okrug (
    id text PRIMARY KEY,
    position integer NOT NULL,
    name_ru text NOT NULL,
    name_en text NOT NULL
);

INSERT INTO okrug VALUES
    ('CAO', 1, 'Центральный', 'Central'),
    ('SAO', 2, 'Северный', 'Northern'),
    ('SVAO', 3, 'Северо-Восточный', 'North-Eastern'),
    ('VAO', 4, 'Восточный', 'Eastern'),
    ('YuVAO', 5, 'Юго-Восточный', 'South-Eastern'),
    ('YuAO', 6, 'Южный', 'Southern'),
    ('YuZAO', 7, 'Юго-Западный', 'South-Western'),
    ('ZAO', 8, 'Западный', 'Western'),
    ('SZAO', 9, 'Северо-Западный', 'North-Western'),
    ('ZelAO', 10, 'Зеленоградский', 'Zelenograd'),
    ('NAO', 11, 'Новомосковский', 'Novomoskovsky'),
    ('TAO', 12, 'Троицкий', 'Troitsky');
