/* history_words.c - see history_words.h. */
#include "history_words.h"

static const char *const houses[] = {
    "@",    "@#",          "@#",         "1@#",         "@к@", "@#к@",
    "@#к@", "@# корпус @", "@, корп. @", "@#, корп. @", "@#А", "@/@#",
    "@#/@", "@# стр. @",   "@#с@",       "1##к@",       "@Б",
};

static const char *const numbers[] = {
    "@####",      "@#####",    "77-@###-@##", "01-0@-@###/##",
    "ДГ-@-@####", "@###/##-@", "ЕКЦ-@#####",  "@##-@#-@###",
};

static const char *const cadastres[] = {
    "77:0@:000@0##:@###", "77:0@:000@0##:@##", "77:0@:00@@0##:@##",
    "77:1@:01@0##@:@###", "77:0@:000@@##:@#",
};

static const char *const flats[] = {
    "@",
    "@#",
    "1##",
    "@##",
};

static const char *const greetings[] = {
    "Здравствуйте!",          "Здравствуйте.",
    "Добрый день!",           "Добрый день.",
    "Добрый вечер!",          "Доброе утро!",
    "Доброго времени суток!", "Уважаемые специалисты!",
    "Приветствую!",           "Здравствуйте, уважаемые сотрудники!",
};

static const char *const closings[] = {
    "Спасибо.",
    "Спасибо!",
    "Заранее спасибо.",
    "Заранее благодарю за ответ.",
    "Жду ответа.",
    "Очень жду ответа!",
    "Буду признателен за ответ.",
    "Буду благодарна за ответ.",
    "Прошу ответить.",
    "С уважением.",
};

static const char *const resident_asides[] = {
    "Адрес: {street}, {house}.",
    "Мой адрес {street}, {house}, кв. {flat}.",
    "Живу по адресу {street}, {house}.",
    "Пишу из дома {house}, {street}.",
    "Дом {house}, {street}, район {district}.",
    "{street}, {house}, кв. {flat}.",
    "Район {district}, {street}, дом {house}.",
    "Наш дом: {street}, {house}.",
    "Это {street}, дом {house}.",
    "Живём тут с {past}, {street}, {house}.",
    "Проживаю: {okrug}, {street}, {house}, квартира {flat}.",
    "Речь про {street}, {house}.",
    "Если нужен адрес, то {street}, {house}, кв. {flat}.",
    "Я из района {district}, {street}, {house}.",
    "Зарегистрирован: {street}, {house}, кв. {flat}.",
    "Написано {past}, {street}, {house}.",
};

static const char *const developer_asides[] = {
    "Объект: {street}, {house}.",
    "Адрес объекта: {street}, {house}.",
    "Кадастровый номер участка {cadastre}.",
    "Участок {cadastre}, {okrug}.",
    "Участок с кадастровым номером {cadastre}, район {district}.",
    "Наш исходящий № {number} от {past}.",
    "Исх. № {number} от {past}.",
    "Адресный ориентир: {street}, {house}, район {district}.",
    "Объект по адресу {street}, {house}, участок {cadastre}.",
    "Номер в нашем учёте {number}, {street}, {house}.",
    "К сведению: участок {cadastre}, {street}, вл. {house}.",
    "Представляю организацию, исх. {number}.",
};

static const char *const note_asides[] = {
    "Адрес со слов заявителя: {street}, {house}.",
    "Назван адрес {street}, {house}, кв. {flat}.",
    "Заявитель из района {district}, {street}, {house}.",
    "Адрес для карточки: {street}, {house}.",
    "Перезвонить, карточка {number} от {past}.",
    "Называет адрес: {street}, дом {house}.",
    "Звонок от {past}, карточка {number}.",
    "Уточнён адрес: {okrug}, {street}, {house}.",
};

static const char *const months[] = {
    "января", "февраля", "марта",    "апреля",  "мая",    "июня",
    "июля",   "августа", "сентября", "октября", "ноября", "декабря",
};

const struct history_district history_districts[] = {
    { "Арбат", "CAO", "ЦАО" },
    { "Басманный", "CAO", "ЦАО" },
    { "Замоскворечье", "CAO", "ЦАО" },
    { "Красносельский", "CAO", "ЦАО" },
    { "Мещанский", "CAO", "ЦАО" },
    { "Пресненский", "CAO", "ЦАО" },
    { "Таганский", "CAO", "ЦАО" },
    { "Тверской", "CAO", "ЦАО" },
    { "Хамовники", "CAO", "ЦАО" },
    { "Якиманка", "CAO", "ЦАО" },
    { "Аэропорт", "SAO", "САО" },
    { "Беговой", "SAO", "САО" },
    { "Бескудниковский", "SAO", "САО" },
    { "Войковский", "SAO", "САО" },
    { "Головинский", "SAO", "САО" },
    { "Дмитровский", "SAO", "САО" },
    { "Коптево", "SAO", "САО" },
    { "Левобережный", "SAO", "САО" },
    { "Савёловский", "SAO", "САО" },
    { "Сокол", "SAO", "САО" },
    { "Тимирязевский", "SAO", "САО" },
    { "Ховрино", "SAO", "САО" },
    { "Алексеевский", "SVAO", "СВАО" },
    { "Бабушкинский", "SVAO", "СВАО" },
    { "Бибирево", "SVAO", "СВАО" },
    { "Бутырский", "SVAO", "СВАО" },
    { "Лианозово", "SVAO", "СВАО" },
    { "Лосиноостровский", "SVAO", "СВАО" },
    { "Марфино", "SVAO", "СВАО" },
    { "Отрадное", "SVAO", "СВАО" },
    { "Ростокино", "SVAO", "СВАО" },
    { "Свиблово", "SVAO", "СВАО" },
    { "Ярославский", "SVAO", "СВАО" },
    { "Богородское", "VAO", "ВАО" },
    { "Вешняки", "VAO", "ВАО" },
    { "Гольяново", "VAO", "ВАО" },
    { "Ивановское", "VAO", "ВАО" },
    { "Измайлово", "VAO", "ВАО" },
    { "Метрогородок", "VAO", "ВАО" },
    { "Новогиреево", "VAO", "ВАО" },
    { "Новокосино", "VAO", "ВАО" },
    { "Перово", "VAO", "ВАО" },
    { "Преображенское", "VAO", "ВАО" },
    { "Сокольники", "VAO", "ВАО" },
    { "Выхино-Жулебино", "YuVAO", "ЮВАО" },
    { "Капотня", "YuVAO", "ЮВАО" },
    { "Кузьминки", "YuVAO", "ЮВАО" },
    { "Лефортово", "YuVAO", "ЮВАО" },
    { "Люблино", "YuVAO", "ЮВАО" },
    { "Марьино", "YuVAO", "ЮВАО" },
    { "Нижегородский", "YuVAO", "ЮВАО" },
    { "Рязанский", "YuVAO", "ЮВАО" },
    { "Текстильщики", "YuVAO", "ЮВАО" },
    { "Печатники", "YuVAO", "ЮВАО" },
    { "Бирюлёво Восточное", "YuAO", "ЮАО" },
    { "Даниловский", "YuAO", "ЮАО" },
    { "Зябликово", "YuAO", "ЮАО" },
    { "Москворечье-Сабурово", "YuAO", "ЮАО" },
    { "Нагатинский Затон", "YuAO", "ЮАО" },
    { "Нагорный", "YuAO", "ЮАО" },
    { "Орехово-Борисово Южное", "YuAO", "ЮАО" },
    { "Царицыно", "YuAO", "ЮАО" },
    { "Чертаново Центральное", "YuAO", "ЮАО" },
    { "Академический", "YuZAO", "ЮЗАО" },
    { "Гагаринский", "YuZAO", "ЮЗАО" },
    { "Зюзино", "YuZAO", "ЮЗАО" },
    { "Коньково", "YuZAO", "ЮЗАО" },
    { "Котловка", "YuZAO", "ЮЗАО" },
    { "Обручевский", "YuZAO", "ЮЗАО" },
    { "Тёплый Стан", "YuZAO", "ЮЗАО" },
    { "Черёмушки", "YuZAO", "ЮЗАО" },
    { "Ясенево", "YuZAO", "ЮЗАО" },
    { "Внуково", "ZAO", "ЗАО" },
    { "Дорогомилово", "ZAO", "ЗАО" },
    { "Крылатское", "ZAO", "ЗАО" },
    { "Кунцево", "ZAO", "ЗАО" },
    { "Можайский", "ZAO", "ЗАО" },
    { "Ново-Переделкино", "ZAO", "ЗАО" },
    { "Очаково-Матвеевское", "ZAO", "ЗАО" },
    { "Раменки", "ZAO", "ЗАО" },
    { "Солнцево", "ZAO", "ЗАО" },
    { "Фили-Давыдково", "ZAO", "ЗАО" },
    { "Куркино", "SZAO", "СЗАО" },
    { "Митино", "SZAO", "СЗАО" },
    { "Покровское-Стрешнево", "SZAO", "СЗАО" },
    { "Северное Тушино", "SZAO", "СЗАО" },
    { "Строгино", "SZAO", "СЗАО" },
    { "Хорошёво-Мнёвники", "SZAO", "СЗАО" },
    { "Щукино", "SZAO", "СЗАО" },
    { "Крюково", "ZelAO", "ЗелАО" },
    { "Матушкино", "ZelAO", "ЗелАО" },
    { "Савёлки", "ZelAO", "ЗелАО" },
    { "Силино", "ZelAO", "ЗелАО" },
    { "Коммунарка", "NAO", "НАО" },
    { "Московский", "NAO", "НАО" },
    { "Филимонковское", "NAO", "НАО" },
    { "Щербинка", "NAO", "НАО" },
    { "Вороново", "TAO", "ТАО" },
    { "Краснопахорское", "TAO", "ТАО" },
    { "Троицк", "TAO", "ТАО" },
};
const uint32_t history_district_count = EKC_COUNT(history_districts);

const struct history_list history_houses = { houses, EKC_COUNT(houses) };
const struct history_list history_numbers = { numbers, EKC_COUNT(numbers) };
const struct history_list history_cadastres = { cadastres, EKC_COUNT(cadastres) };
const struct history_list history_flats = { flats, EKC_COUNT(flats) };
const struct history_list history_greetings = { greetings, EKC_COUNT(greetings) };
const struct history_list history_closings = { closings, EKC_COUNT(closings) };
const struct history_list history_resident_asides = { resident_asides,
                                                      EKC_COUNT(resident_asides) };
const struct history_list history_developer_asides = { developer_asides,
                                                       EKC_COUNT(developer_asides) };
const struct history_list history_note_asides = { note_asides, EKC_COUNT(note_asides) };
const struct history_list history_months = { months, EKC_COUNT(months) };
