//! Names of people, and the mail addresses that go with them.

#[rustfmt::skip]
const SURNAMES: [(&str, &str); 40] = [
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"),
    ("杨", "yang"), ("赵", "zhao"), ("黄", "huang"), ("周", "zhou"), ("吴", "wu"),
    ("徐", "xu"), ("孙", "sun"), ("胡", "hu"), ("朱", "zhu"), ("高", "gao"),
    ("林", "lin"), ("何", "he"), ("郭", "guo"), ("马", "ma"), ("罗", "luo"),
    ("梁", "liang"), ("宋", "song"), ("郑", "zheng"), ("谢", "xie"), ("韩", "han"),
    ("唐", "tang"), ("冯", "feng"), ("于", "yu"), ("董", "dong"), ("萧", "xiao"),
    ("程", "cheng"), ("曹", "cao"), ("袁", "yuan"), ("邓", "deng"), ("许", "xu"),
    ("傅", "fu"), ("沈", "shen"), ("曾", "zeng"), ("彭", "peng"), ("吕", "lv"),
];

#[rustfmt::skip]
const GIVEN: [(&str, &str); 60] = [
    ("志强", "zhiqiang"), ("文静", "wenjing"), ("建国", "jianguo"), ("雨桐", "yutong"),
    ("浩然", "haoran"), ("丽娟", "lijuan"), ("俊杰", "junjie"), ("晓燕", "xiaoyan"),
    ("伟", "wei"), ("思远", "siyuan"), ("婷婷", "tingting"), ("国栋", "guodong"),
    ("敏", "min"), ("子涵", "zihan"), ("海涛", "haitao"), ("雪梅", "xuemei"),
    ("明辉", "minghui"), ("佳怡", "jiayi"), ("立群", "liqun"), ("静怡", "jingyi"),
    ("鹏飞", "pengfei"), ("秀英", "xiuying"), ("天佑", "tianyou"), ("慧敏", "huimin"),
    ("永康", "yongkang"), ("若曦", "ruoxi"), ("振华", "zhenhua"), ("欣妍", "xinyan"),
    ("磊", "lei"), ("美玲", "meiling"), ("少华", "shaohua"), ("梦洁", "mengjie"),
    ("宏图", "hongtu"), ("春燕", "chunyan"), ("泽宇", "zeyu"), ("红霞", "hongxia"),
    ("家豪", "jiahao"), ("诗涵", "shihan"), ("世杰", "shijie"), ("玉兰", "yulan"),
    ("文博", "wenbo"), ("亚楠", "yanan"), ("瑞", "rui"), ("晨曦", "chenxi"),
    ("向阳", "xiangyang"), ("凤英", "fengying"), ("宇航", "yuhang"), ("雅琴", "yaqin"),
    ("建平", "jianping"), ("语嫣", "yuyan"), ("力行", "lixing"), ("淑珍", "shuzhen"),
    ("景行", "jingxing"), ("琳", "lin"), ("东升", "dongsheng"), ("可馨", "kexin"),
    ("绍辉", "shaohui"), ("素芬", "sufen"), ("一鸣", "yiming"), ("海燕", "haiyan"),
];

/// As many people as have a name of their own.
pub const MOST: usize = SURNAMES.len() * GIVEN.len() - 1;

/// The name of the n-th person, below [`MOST`], and how it is written in a mail address. No two
/// people share a name; two may share an address, since 徐 and 许 sound alike.
pub fn name(person: usize) -> (String, String) {
    // A step without a common factor visits every pair once, and neighbours look unlike.
    let pair = (person * 1117 + 503) % (SURNAMES.len() * GIVEN.len());
    let (surname, surname_latin) = SURNAMES[pair % SURNAMES.len()];
    let (given, given_latin) = GIVEN[pair / SURNAMES.len()];
    (format!("{surname}{given}"), format!("{given_latin}.{surname_latin}"))
}
