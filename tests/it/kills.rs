use crate::burst::*;
use crate::smtp_server::*;
#[test]
fn trying() {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let burst = Burst::new(500 - OTHERS, server.port);
    let began = std::time::Instant::now();
    let said = burst.attain(&["run", PERIOD]);
    println!("{} {} {} {:?}", said.code, said.out, said.err, began.elapsed());
    println!("{}", server.seen().taken.len());
    std::process::Command::new("cp")
        .arg("-r")
        .arg(burst.dir())
        .arg("/tmp/proofs-x/b")
        .status()
        .unwrap();
}
