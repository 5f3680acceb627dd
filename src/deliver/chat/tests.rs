use reqwest::header::HeaderMap;
use serde_json::json;

use super::*;
use crate::settings::Secret;

fn chat(kind: ChatKind) -> ChatSettings {
    ChatSettings {
        id: "sales".into(),
        kind,
        url: Secret::new("https://robot.example/send?key=0123456789"),
        secret: None,
        keyword: None,
        what: Default::default(),
        language: None,
        link: None,
        people: false,
        timeout_secs: 1,
        retry_secs: 0,
        body: None,
    }
}

fn message(lines: usize) -> Message {
    Message {
        title: "【明德仪器】2026年10月业绩简报".into(),
        lines: (1..=lines)
            .map(|number| format!("华北第{number}营业部：销售额完成率55.0%"))
            .collect(),
        more: "……另有{rest}条".into(),
        link: Some(("查看报告".into(), "https://r.example/2026-10(v1)|x".into())),
        about: About {
            what: "summary".into(),
            period: "2026-10".into(),
            version: "1".into(),
            company: "明德仪器".into(),
        },
    }
}

fn built(chat: &ChatSettings, message: &Message) -> (Outgoing, usize) {
    let url = Url::parse(chat.url.reveal()).unwrap();
    let now = DateTime::from_timestamp_millis(1_700_000_000_123).unwrap();
    outgoing(chat, &url, message, now).unwrap()
}

#[test]
fn signatures_are_those_of_the_documentation() {
    // Computed by Python's hmac.
    let (time, sign) = dingtalk::signature("SECabc", 1_700_000_000_123);
    assert_eq!((&*time, &*sign), ("1700000000123", "IqXBU/aLfwMA3S/tDcfRmHx5vWHw9Y1aOgFLBr1Ti9w="));
    let (time, sign) = feishu::signature("SECabc", 1_700_000_000);
    assert_eq!((&*time, &*sign), ("1700000000", "XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg="));
    let signed = ChatSettings { secret: Some(Secret::new("SECabc")), ..chat(ChatKind::Dingtalk) };
    let url = built(&signed, &message(1)).0.url;
    let pairs: Vec<_> = url.query_pairs().collect();
    assert_eq!(pairs[1].1, "1700000000123");
    assert_eq!(pairs[2].1, "IqXBU/aLfwMA3S/tDcfRmHx5vWHw9Y1aOgFLBr1Ti9w=");
    assert!(!url.as_str().contains('+'), "{url}");
}

#[test]
fn a_long_post_is_cut_at_a_line_and_says_how_many_are_left_out() {
    for (kind, most) in [
        (ChatKind::Wecom, wecom::MOST_BYTES),
        (ChatKind::Dingtalk, dingtalk::MOST_BYTES),
        (ChatKind::Feishu, feishu::MOST_BYTES),
        (ChatKind::Slack, 4 * slack::MOST_LETTERS),
        (ChatKind::Webhook, webhook::MOST_BYTES),
    ] {
        let (short, none) = built(&chat(kind), &message(3));
        assert_eq!(none, 0);
        assert!(short.body.contains("华北第3营业部"), "{kind:?}");
        let (long, left_out) = built(&chat(kind), &message(2000));
        let json: Value = serde_json::from_str(&long.body).unwrap();
        let length = match kind {
            ChatKind::Wecom => json["markdown"]["content"].as_str().unwrap().len(),
            _ => long.body.len(),
        };
        assert!(length <= most && length > most / 3, "{kind:?} {length}");
        let last = format!("华北第{}营业部", 2000 - left_out);
        assert!(long.body.contains(&last), "{kind:?} {last}");
        assert!(!long.body.contains(&format!("华北第{}营业部", 2001 - left_out)), "{kind:?}");
        assert!(long.body.contains(&format!("……另有{left_out}条")), "{kind:?}");
        assert!(long.body.contains("2026-10"), "{kind:?}: the link is kept");
    }
}

#[test]
fn names_from_the_data_cannot_mention_or_link() {
    let hostile = "华北 <@all> <!channel> [x](http://e.example) *b* & co";
    let post = Message { title: hostile.into(), lines: vec![hostile.into()], ..message(0) };
    for kind in [ChatKind::Wecom, ChatKind::Dingtalk] {
        let body = built(&chat(kind), &post).0.body;
        for mark in ["<@", "](http://e", "*b*"] {
            assert!(!body.contains(mark), "{kind:?} {mark}: {body}");
        }
    }
    let slack = built(&chat(ChatKind::Slack), &post).0.body;
    assert!(!slack.contains("<!") && !slack.contains("<@"), "{slack}");
    assert!(slack.contains("&lt;!channel&gt;") && slack.contains("&amp; co"), "{slack}");
    let feishu: Value =
        serde_json::from_str(&built(&chat(ChatKind::Feishu), &post).0.body).unwrap();
    let line = &feishu["content"]["post"]["zh_cn"]["content"][0][0];
    assert_eq!(line, &json!({ "tag": "text", "text": hostile }));
}

#[test]
fn a_keyword_stands_in_every_post_once() {
    let with =
        |keyword: &str| ChatSettings { keyword: Some(keyword.into()), ..chat(ChatKind::Dingtalk) };
    assert!(built(&with("通报"), &message(0)).0.body.contains("业绩简报（通报）"));
    assert!(!built(&with("业绩"), &message(0)).0.body.contains("（业绩）"));
}

#[test]
fn a_webhook_gets_the_form_that_the_user_wrote() {
    let form =
        json!({ "kind": "{what}", "at": ["{period} v{version}"], "n": 1, "raw": "{x} {text}" });
    let own = ChatSettings {
        body: Some(form),
        secret: Some(Secret::new("k")),
        ..chat(ChatKind::Webhook)
    };
    let with_gap = Message { lines: vec!["{title}".into()], ..message(0) };
    let (request, _) = built(&own, &with_gap);
    let json: Value = serde_json::from_str(&request.body).unwrap();
    // What fills a gap is not read again.
    assert_eq!(
        json,
        json!({ "kind": "summary", "at": ["2026-10 v1"], "n": 1, "raw": "{x} {title}" })
    );
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Idempotency-Key", "X-Attain-Signature"]);
    let again = built(&own, &with_gap).0;
    assert_eq!(again.headers, request.headers);
}

#[test]
fn each_kind_s_answers_are_read_as_it_means_them() {
    let said = |kind, status: u16, body: &str| {
        let heard = Heard { status, headers: HeaderMap::new(), body: body.into() };
        match answer(kind, &heard) {
            Answer::Taken(_) => "taken",
            Answer::Later { pause: Some(_), .. } => "later, after a pause",
            Answer::Later { .. } => "later",
            Answer::Refused(_) => "refused",
        }
    };
    use ChatKind::{Dingtalk, Feishu, Slack, Webhook, Wecom};
    for (kind, status, body, expected) in [
        (Wecom, 200, r#"{"errcode":0,"errmsg":"ok"}"#, "taken"),
        (
            Wecom,
            200,
            r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#,
            "later, after a pause",
        ),
        (Wecom, 200, r#"{"errcode":-1,"errmsg":"system busy"}"#, "later"),
        (Wecom, 200, r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#, "refused"),
        (Wecom, 200, "<html>proxy</html>", "refused"),
        (Dingtalk, 200, r#"{"errcode":0,"errmsg":"ok"}"#, "taken"),
        (Dingtalk, 200, r#"{"errcode":130101,"errmsg":"send too fast"}"#, "later, after a pause"),
        (Dingtalk, 200, r#"{"errcode":310000,"errmsg":"sign not match"}"#, "refused"),
        (Feishu, 200, r#"{"code":0,"msg":"success"}"#, "taken"),
        (Feishu, 200, r#"{"StatusCode":0,"StatusMessage":"success"}"#, "taken"),
        (Feishu, 200, r#"{"code":11232,"msg":"frequency limited"}"#, "later"),
        (Feishu, 400, r#"{"code":9499,"msg":"too many request"}"#, "later"),
        (Feishu, 400, r#"{"code":9499,"msg":"Bad Request"}"#, "refused"),
        (Feishu, 200, r#"{"code":19021,"msg":"sign match fail"}"#, "refused"),
        (Slack, 200, "ok", "taken"),
        (Slack, 403, "invalid_token", "refused"),
        (Slack, 302, "", "refused"),
        (Webhook, 204, "", "taken"),
        (Webhook, 503, "", "later"),
        (Wecom, 502, "", "later"),
    ] {
        assert_eq!(said(kind, status, body), expected, "{kind:?} {status} {body}");
    }
    let mut headers = HeaderMap::new();
    headers.insert("Retry-After", "30".parse().unwrap());
    let heard = Heard { status: 429, headers, body: String::new() };
    let waits = Some(Duration::from_secs(30));
    assert!(matches!(answer(Slack, &heard), Answer::Later { pause, .. } if pause == waits));
}

proptest::proptest! {
    #[test]
    fn whatever_stands_in_a_post_it_is_json_within_the_limit(
        title in "\\PC{0,200}", lines in proptest::collection::vec("\\PC{0,900}", 0..40),
    ) {
        let post = Message { title, lines, ..message(0) }.clean();
        for kind in [ChatKind::Wecom, ChatKind::Dingtalk, ChatKind::Feishu, ChatKind::Slack, ChatKind::Webhook] {
            let (request, left_out) = built(&chat(kind), &post);
            let json: Value = serde_json::from_str(&request.body).unwrap();
            if kind == ChatKind::Wecom {
                let content = json["markdown"]["content"].as_str().unwrap();
                proptest::prop_assert!(content.len() <= 4096);
            }
            proptest::prop_assert!(left_out <= post.lines.len());
        }
    }
}
