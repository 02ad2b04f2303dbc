import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// What attackers find on every Windows, with words of the command lines that give them away.
const programs = {
  'arp.exe': ['-a'],
  'at.exe': ['/every'],
  'atbroker.exe': ['/start'],
  'attrib.exe': ['+h', '+s'],
  'auditpol.exe': ['/clear', '/disable'],
  'bash.exe': ['-c'],
  'bcdedit.exe': ['recoveryenabled', 'bootstatuspolicy'],
  'bitsadmin.exe': ['/transfer', '/addfile'],
  'bitsadmin64.exe': ['/setnotifycmdline'],
  'cacls.exe': ['/grant'],
  'certoc.exe': ['-loaddll'],
  'certreq.exe': ['-post'],
  'certutil.exe': ['urlcache', 'decode', 'verifyctl'],
  'change.exe': ['user'],
  'cipher.exe': ['/w:'],
  'cmdkey.exe': ['/list', '/add'],
  'cmstp.exe': ['/ni', '/au'],
  'colorcpl.exe': ['.inf'],
  'control.exe': ['.cpl'],
  'csc.exe': ['/target:library', '-out:'],
  'cscript.exe': ['.vbs', '.js'],
  'curl.exe': ['--output', '--upload-file'],
  'desktopimgdownldr.exe': ['/lockscreenurl'],
  'diantz.exe': ['.cab'],
  'diskshadow.exe': ['/s'],
  'dnscmd.exe': ['/serverlevelplugindll'],
  'driverquery.exe': ['/v'],
  'dsquery.exe': ['computer', 'trustedDomain'],
  'esentutl.exe': ['/vss', '/y'],
  'eventcreate.exe': ['/id'],
  'expand.exe': ['.cab'],
  'extrac32.exe': ['/y'],
  'findstr.exe': ['password', 'cpassword'],
  'finger.exe': ['@'],
  'fltmc.exe': ['unload'],
  'forfiles.exe': ['/c'],
  'fsutil.exe': ['deletejournal', 'usn'],
  'ftp.exe': ['-s:'],
  'getmac.exe': ['/v'],
  'gpresult.exe': ['/z'],
  'hh.exe': ['http'],
  'hostname.exe': ['-'],
  'icacls.exe': ['/grant', 'everyone'],
  'ieexec.exe': ['http'],
  'ilasm.exe': ['/dll'],
  'infdefaultinstall.exe': ['.inf'],
  'installutil.exe': ['/logfile', '/u'],
  'ipconfig.exe': ['/all', '/displaydns'],
  'jsc.exe': ['/t:library'],
  'klist.exe': ['purge'],
  'ksetup.exe': ['/setrealm'],
  'makecab.exe': ['lsass'],
  'mavinject.exe': ['/injectrunning'],
  'microsoft.workflow.compiler.exe': ['.xml'],
  'mmc.exe': ['-embedding'],
  'mofcomp.exe': ['.mof'],
  'mpcmdrun.exe': ['-downloadfile', '-removedefinitions'],
  'msbuild.exe': ['.csproj', '.xml'],
  'msdt.exe': ['it_browseforfile'],
  'mshta.exe': ['vbscript:', 'javascript:', 'http'],
  'msiexec.exe': ['/q', 'http'],
  'nbtstat.exe': ['-n', '-a'],
  'net.exe': ['view', 'group', '/add'],
  'net1.exe': ['localgroup', 'accounts'],
  'netsh.exe': ['portproxy', 'firewall', 'trace'],
  'netstat.exe': ['-ano', '-nao'],
  'nltest.exe': ['/domain_trusts', '/dclist'],
  'ntdsutil.exe': ['ifm', 'ac i ntds'],
  'odbcconf.exe': ['regsvr', '/a'],
  'pathping.exe': ['-n'],
  'pcalua.exe': ['-a'],
  'ping.exe': ['-n', '-l'],
  'pnputil.exe': ['/add-driver'],
  'presentationhost.exe': ['.xbap'],
  'procdump.exe': ['lsass', '-ma'],
  'psexec.exe': ['-accepteula', '\\\\'],
  'qwinsta.exe': ['/server'],
  'rasphone.exe': ['-d'],
  'reg.exe': ['save', 'sam', 'query'],
  'regasm.exe': ['/u'],
  'regsvcs.exe': ['.dll'],
  'regsvr32.exe': ['scrobj', '/i:http'],
  'route.exe': ['print'],
  'rundll32.exe': ['comsvcs', 'javascript:', 'url.dll'],
  'sc.exe': ['binpath', 'sdset'],
  'schtasks.exe': ['/create', '/run'],
  'sdbinst.exe': ['.sdb'],
  'setspn.exe': ['-q', '-t'],
  'ssh.exe': ['-r', 'proxycommand'],
  'systeminfo.exe': ['/s'],
  'takeown.exe': ['/f'],
  'tasklist.exe': ['/svc', '/m'],
  'tracert.exe': ['-d'],
  'tscon.exe': ['/dest'],
  'vssadmin.exe': ['delete shadows', 'resize'],
  'wbadmin.exe': ['catalog', 'systemstatebackup'],
  'wevtutil.exe': ['cl', 'clear-log'],
  'whoami.exe': ['/all', '/priv', '/groups'],
  'wmic.exe': ['process call', 'shadowcopy', '/node:']
}

/** The built-in rule, and 99 threshold rules on other programs, which are written into the folder. */
export function writeHundredRules (folder) {
  mkdirSync(folder)
  for (const [i, [program, words]] of Object.entries(programs).entries()) {
    // Rules in the wild ask for the name alone, or for words of the command line as well.
    const lines = i % 3 === 0 ? '' : ` and process.command_line:(${words.map((word) => `*${quoted(word)}*`).join(' or ')})`
    writeFileSync(join(folder, `${program}.toml`), `[rule]
rule_id = "bench-${i}"
name = "Many starts of ${program} on one host"
description = "For the bench."
type = "threshold"
language = "kuery"
query = '''event.category:process and event.type:start and process.name:"${program}"${lines}'''
from = "now-${5 + i % 10}m"
severity = "low"
risk_score = 21

[rule.threshold]
field = ["host.id"]
value = ${15 + i % 20}

[tripline]
case_insensitive = true
`)
  }
  return ['builtin', folder]
}

/** The built-in rule, but with as many alerts as come. */
export function writeUnlimitedRule (folder) {
  const text = readFileSync(new URL('../../rules/nslookup.toml', import.meta.url), 'utf8')
  const file = join(folder, 'nslookup.toml')
  mkdirSync(folder)
  writeFileSync(file, text.replace('[rule]\n', '[rule]\nmax_signals = 1000000\n'))
  return [file]
}

/** KQL reads some characters of a word as its own. */
function quoted (word) {
  return word.replace(/[\\():<>"*]/g, '\\$&').replace(/ /g, '*')
}
