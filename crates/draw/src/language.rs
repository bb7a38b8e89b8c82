//! The languages of a drawing: names of elements as the model has them, and the words for kinds of
//! elements.

use std::borrow::Cow;

use reglament_core::Definitions;
use reglament_core::model::{ExtensionElements, Tag, TextAnnotation};
use reglament_xml::ElementRef;

/// A language of drawings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Kazakh, `kk`.
    Kazakh,
    /// Russian, `ru`.
    Russian,
    /// English, `en`.
    #[default]
    English,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kazakh, Self::Russian, Self::English];

    /// The language of a tag such as `kk` or `en-GB`; none for another language.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// Its tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Kazakh => "kk",
            Self::Russian => "ru",
            Self::English => "en",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kazakh => "Қазақша",
            Self::Russian => "Русский",
            Self::English => "English",
        }
    }

    /// One of three texts.
    #[must_use]
    pub const fn pick<T: Copy>(self, kazakh: T, russian: T, english: T) -> T {
        match self {
            Self::Kazakh => kazakh,
            Self::Russian => russian,
            Self::English => english,
        }
    }
}

/// What an element is called in `language`: its `reg:label` in that language, else its name as
/// written; for an annotation its text, for a group the value of its category. Empty if it has none.
#[must_use]
pub fn name_of<'d>(
    definitions: &'d Definitions,
    element: ElementRef<'d>,
    language: Option<Language>,
) -> Cow<'d, str> {
    if let Some(language) = language
        && let Some(label) = label(element, language)
    {
        return label;
    }
    let referred = |attribute: &str| {
        let name = element.attribute(attribute)?;
        definitions.resolve(element, name).element()
    };
    let written = element
        .attribute("name")
        .filter(|name| !name.trim().is_empty());
    match (Tag::of(element), written) {
        (Some(Tag::TextAnnotation), _) => {
            let annotation = TextAnnotation::from_element(element);
            annotation
                .and_then(TextAnnotation::text)
                .unwrap_or_default()
        }
        (_, Some(name)) => Cow::Borrowed(name),
        (Some(Tag::Group), None) => {
            let value = referred("categoryValueRef");
            Cow::Borrowed(
                value
                    .and_then(|value| value.attribute("value"))
                    .unwrap_or(""),
            )
        }
        // A place where data is shown is called what the data is called.
        (Some(Tag::DataObjectReference), None) => {
            referred("dataObjectRef").map_or_else(Cow::default, |data| plain(data, language))
        }
        (Some(Tag::DataStoreReference), None) => {
            referred("dataStoreRef").map_or_else(Cow::default, |data| plain(data, language))
        }
        // A message flow is called what its message is called.
        (Some(Tag::MessageFlow), None) => {
            referred("messageRef").map_or_else(Cow::default, |message| plain(message, language))
        }
        _ => Cow::Borrowed(""),
    }
}

/// The name of an element that refers to no other.
fn plain(element: ElementRef<'_>, language: Option<Language>) -> Cow<'_, str> {
    language
        .and_then(|language| label(element, language))
        .unwrap_or_else(|| Cow::Borrowed(element.attribute("name").unwrap_or("")))
}

/// The `reg:label` of an element in `language`.
#[must_use]
pub fn label(element: ElementRef<'_>, language: Language) -> Option<Cow<'_, str>> {
    ExtensionElements::of(element)
        .labels()
        .find(|label| label.language().and_then(Language::parse) == Some(language))
        .map(|label| label.text())
        .filter(|text| !text.is_empty())
}

/// What a kind of element is called.
#[must_use]
pub fn kind(tag: Tag, language: Language) -> &'static str {
    let words = KINDS.iter().find(|(known, _)| *known == tag);
    words.map_or(tag.as_str(), |(_, [kazakh, russian, english])| {
        language.pick(*kazakh, *russian, *english)
    })
}

/// Kinds of elements: in Kazakh, Russian and English.
static KINDS: &[(Tag, [&str; 3])] = &[
    (Tag::Task, ["Тапсырма", "Задача", "Task"]),
    (
        Tag::UserTask,
        ["Пайдаланушы тапсырмасы", "Задача пользователя", "User task"],
    ),
    (
        Tag::ManualTask,
        ["Қол тапсырмасы", "Ручная задача", "Manual task"],
    ),
    (
        Tag::ServiceTask,
        ["Сервис тапсырмасы", "Сервисная задача", "Service task"],
    ),
    (
        Tag::SendTask,
        ["Жіберу тапсырмасы", "Задача отправки", "Send task"],
    ),
    (
        Tag::ReceiveTask,
        ["Қабылдау тапсырмасы", "Задача получения", "Receive task"],
    ),
    (
        Tag::BusinessRuleTask,
        [
            "Бизнес-ереже тапсырмасы",
            "Бизнес-правило",
            "Business rule task",
        ],
    ),
    (
        Tag::ScriptTask,
        ["Сценарий тапсырмасы", "Сценарий", "Script task"],
    ),
    (
        Tag::CallActivity,
        ["Шақыру әрекеті", "Вызов процесса", "Call activity"],
    ),
    (
        Tag::SubProcess,
        ["Ішкі процесс", "Подпроцесс", "Sub-process"],
    ),
    (
        Tag::AdHocSubProcess,
        [
            "Ерікті ішкі процесс",
            "Произвольный подпроцесс",
            "Ad-hoc sub-process",
        ],
    ),
    (
        Tag::Transaction,
        ["Транзакция", "Транзакция", "Transaction"],
    ),
    (
        Tag::StartEvent,
        ["Бастапқы оқиға", "Начальное событие", "Start event"],
    ),
    (
        Tag::EndEvent,
        ["Соңғы оқиға", "Конечное событие", "End event"],
    ),
    (
        Tag::IntermediateCatchEvent,
        [
            "Аралық қабылдау оқиғасы",
            "Промежуточное событие-получение",
            "Intermediate catch event",
        ],
    ),
    (
        Tag::IntermediateThrowEvent,
        [
            "Аралық жіберу оқиғасы",
            "Промежуточное событие-отправка",
            "Intermediate throw event",
        ],
    ),
    (
        Tag::BoundaryEvent,
        ["Шекаралық оқиға", "Граничное событие", "Boundary event"],
    ),
    (
        Tag::ExclusiveGateway,
        ["Айрықша шлюз", "Исключающий шлюз", "Exclusive gateway"],
    ),
    (
        Tag::InclusiveGateway,
        ["Қамтушы шлюз", "Неисключающий шлюз", "Inclusive gateway"],
    ),
    (
        Tag::ParallelGateway,
        ["Параллель шлюз", "Параллельный шлюз", "Parallel gateway"],
    ),
    (
        Tag::EventBasedGateway,
        ["Оқиғалар шлюзі", "Шлюз по событиям", "Event-based gateway"],
    ),
    (
        Tag::ComplexGateway,
        ["Күрделі шлюз", "Комплексный шлюз", "Complex gateway"],
    ),
    (Tag::Participant, ["Қатысушы", "Участник", "Pool"]),
    (Tag::Lane, ["Жолақ", "Дорожка", "Lane"]),
    (
        Tag::SequenceFlow,
        ["Басқару ағыны", "Поток управления", "Sequence flow"],
    ),
    (
        Tag::MessageFlow,
        ["Хабарлама ағыны", "Поток сообщений", "Message flow"],
    ),
    (Tag::Association, ["Байланыс", "Ассоциация", "Association"]),
    (
        Tag::DataAssociation,
        [
            "Деректер байланысы",
            "Ассоциация данных",
            "Data association",
        ],
    ),
    (
        Tag::DataInputAssociation,
        [
            "Деректер байланысы",
            "Ассоциация данных",
            "Data association",
        ],
    ),
    (
        Tag::DataOutputAssociation,
        [
            "Деректер байланысы",
            "Ассоциация данных",
            "Data association",
        ],
    ),
    (
        Tag::DataObject,
        ["Деректер нысаны", "Объект данных", "Data object"],
    ),
    (
        Tag::DataObjectReference,
        ["Деректер нысаны", "Объект данных", "Data object"],
    ),
    (
        Tag::DataInput,
        ["Кіріс деректер", "Входные данные", "Data input"],
    ),
    (
        Tag::DataOutput,
        ["Шығыс деректер", "Выходные данные", "Data output"],
    ),
    (
        Tag::DataStore,
        ["Деректер қоймасы", "Хранилище данных", "Data store"],
    ),
    (
        Tag::DataStoreReference,
        ["Деректер қоймасы", "Хранилище данных", "Data store"],
    ),
    (
        Tag::TextAnnotation,
        ["Түсініктеме", "Аннотация", "Text annotation"],
    ),
    (Tag::Group, ["Топ", "Группа", "Group"]),
    (Tag::Message, ["Хабарлама", "Сообщение", "Message"]),
    (
        Tag::ChoreographyTask,
        [
            "Хореография тапсырмасы",
            "Задача хореографии",
            "Choreography task",
        ],
    ),
    (
        Tag::SubChoreography,
        ["Ішкі хореография", "Подхореография", "Sub-choreography"],
    ),
    (
        Tag::CallChoreography,
        [
            "Хореография шақыруы",
            "Вызов хореографии",
            "Call choreography",
        ],
    ),
    (
        Tag::Conversation,
        ["Сөйлесу", "Взаимодействие", "Conversation"],
    ),
    (
        Tag::SubConversation,
        ["Ішкі сөйлесу", "Подвзаимодействие", "Sub-conversation"],
    ),
    (
        Tag::CallConversation,
        [
            "Сөйлесу шақыруы",
            "Вызов взаимодействия",
            "Call conversation",
        ],
    ),
    (
        Tag::ConversationLink,
        [
            "Сөйлесу байланысы",
            "Связь взаимодействия",
            "Conversation link",
        ],
    ),
    (Tag::Process, ["Процесс", "Процесс", "Process"]),
    (
        Tag::Collaboration,
        ["Өзара іс-қимыл", "Взаимодействие", "Collaboration"],
    ),
];

/// What an event definition is called, as the trigger of an event.
#[must_use]
pub const fn trigger(tag: Tag, language: Language) -> &'static str {
    let (kazakh, russian, english) = match tag {
        Tag::MessageEventDefinition => ("хабарлама", "сообщение", "message"),
        Tag::TimerEventDefinition => ("таймер", "таймер", "timer"),
        Tag::SignalEventDefinition => ("сигнал", "сигнал", "signal"),
        Tag::ConditionalEventDefinition => ("шарт", "условие", "condition"),
        Tag::ErrorEventDefinition => ("қате", "ошибка", "error"),
        Tag::EscalationEventDefinition => ("эскалация", "эскалация", "escalation"),
        Tag::LinkEventDefinition => ("сілтеме", "ссылка", "link"),
        Tag::CompensateEventDefinition => ("өтемақы", "компенсация", "compensation"),
        Tag::CancelEventDefinition => ("бас тарту", "отмена", "cancel"),
        Tag::TerminateEventDefinition => ("тоқтату", "прекращение", "terminate"),
        other => (other.as_str(), other.as_str(), other.as_str()),
    };
    language.pick(kazakh, russian, english)
}

/// The title of an element: what it is, and what it is called.
pub(crate) fn title_of(
    definitions: &Definitions,
    element: ElementRef<'_>,
    language: Option<Language>,
) -> String {
    let tag = Tag::of(element);
    let words = language.unwrap_or_default();
    let mut title = tag
        .map_or(element.local_name(), |tag| kind(tag, words))
        .to_owned();
    if tag.is_some_and(Tag::is_event) {
        let triggers: Vec<&str> = crate::svg::event_definitions(definitions, element)
            .map(|tag| trigger(tag, words))
            .collect();
        if !triggers.is_empty() {
            title.push_str(&format!(" ({})", triggers.join(", ")));
        }
    }
    let name = name_of(definitions, element, language);
    if !name.trim().is_empty() {
        title.push_str(": ");
        title.push_str(name.trim());
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_a_region_is_its_language() {
        assert_eq!(Language::parse("en-GB"), Some(Language::English));
        assert_eq!(Language::parse("KK"), Some(Language::Kazakh));
        assert_eq!(Language::parse("de"), None);
    }
}
