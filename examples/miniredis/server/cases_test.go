package server

import (
	"strings"
)

// cases are pipelines whose replies have to be those of Redis, byte for byte.
var cases = []string{
	"PING\nPING hello\nPING a b\nECHO\nECHO x\nECHO x y",
	"SET a 1\nGET a\nSET a 2 NX\nGET a\nSET b 3 XX\nGET b\nSET a 4 GET\nSET b 5 GET\nSET b 6 NX GET\nGET b\nset a b ex\nset a b foo\nset a b nx xx\nSET a b EX 0\nSET a b EX -1\nSET a b PX x\nSET a b EX 9223372036854775807\nSET a b EX 10 PX 10\nSET a b EX 10 EX 100\nTTL a\nSET a b EX 10 KEEPTTL\nSET a b KEEPTTL EX 10\nSET a b KEEPTTL KEEPTTL\nTTL a\nSET a b\nTTL a\nSET a b EXAT 99999999999\nSET a c KEEPTTL GET\nSET a b EXAT 1\nGET a\nSET a b PXAT -5\nLPUSH l x\nSET l y GET\nSET l y\nGET l",
	"MSET a 1 b 2\nMGET a b c\nMSET a\nMSET a 1 b\nMGET\nLPUSH l x\nMGET l a",
	"DEL a\nSET a 1\nSET b 2\nDEL a b c\nEXISTS a\nSET a 1\nEXISTS a a b\nDEL\nEXISTS",
	"INCR a\nINCR a\nDECR a\nINCRBY a 10\nINCRBY a x\nDECRBY a 3\nSET a x\nINCR a\nSET a 9223372036854775807\nINCR a\nDECR a\nSET a -9223372036854775808\nDECR a\nDECRBY a -9223372036854775808\nINCRBY a -9223372036854775808\nSET a 01\nINCR a\nSET a \"\"\nINCR a\nLPUSH l x\nINCR l\nINCRBY l x\nDECRBY a 1 2",
	"APPEND a b\nAPPEND a cd\nGET a\nLPUSH l x\nAPPEND l x\nAPPEND a",
	"EXPIRE a 10\nSET a 1\nEXPIRE a 10\nTTL a\nEXPIRE a 20 NX\nTTL a\nEXPIRE a 20 GT\nTTL a\nEXPIRE a 10 GT\nTTL a\nEXPIRE a 10 LT\nTTL a\nPERSIST a\nPERSIST a\nTTL a\nEXPIRE a 5 XX\nEXPIRE a 5 GT\nEXPIRE a 5 LT\nEXPIRE a 5 NX XX\nEXPIRE a 5 GT LT\nEXPIRE a 5 FOO\nEXPIRE a x\nEXPIRE a 9223372036854775807\nEXPIRE a -9223372036854775808\nPEXPIRE a 9223372036854775807\nEXPIRE a\nEXPIRE a -1\nGET a\nSET a 1\nPEXPIRE a 0\nGET a\nTTL a\nPTTL a\nSET a 1\nPTTL a\nPERSIST nosuch\nEXPIRE nosuch x\nEXPIRE a 1 XX LT GT",
	"LPUSH a 1 2 3\nRPUSH a 4 5\nLRANGE a 0 -1\nLRANGE a 1 2\nLRANGE a -2 -1\nLRANGE a 5 10\nLRANGE a -100 100\nLRANGE a x 1\nLRANGE a 0 y\nLRANGE a 3 1\nLLEN a\nLPOP a\nRPOP a\nLPOP a 2\nRPOP a 5\nLPOP a\nLPOP a 2\nLLEN a\nSET s x\nLPUSH s 1\nLRANGE s 0 -1\nLPOP s\nLPOP s 1\nLLEN s\nLPOP\nLPOP a 1 2\nLPOP a -1\nLPOP a x\nRPUSH a 1\nLPOP a 0\nLPUSH a\nEXISTS a\nLPOP s 0",
	"HSET h a 1 b 2\nHSET h a 3 c 4\nHGET h a\nHGET h x\nHGETALL h\nHSET h a\nHSET h a 1 b\nHGET nosuch a\nHGETALL nosuch\nSET s x\nHSET s a b\nHGET s a\nHGETALL s\nHSET s a\nTYPE h",
	"SADD s 3 1 2 3\nSADD s 1\nSMEMBERS s\nSMEMBERS nosuch\nSET x y\nSADD x 1\nSMEMBERS x\nSADD s",
	"ZADD z 1 a 2 b 3 c\nZADD z 1 a 5 b 6 d\nZADD z CH 1 a 7 b\nZADD z INCR 2 a\nZADD z NX INCR 2 a\nZADD z XX INCR 2 q\nZADD z XX 1 q\nZADD z GT 1 a\nZADD z LT 0 a\nZRANGE z 0 -1 WITHSCORES\nZADD z NX XX 1 a\nZADD z GT LT 1 a\nZADD z NX GT 1 a\nZADD z INCR 1 a 2 b\nZADD z 1\nZADD z 1 a 2\nZADD z x a\nZADD z nan a\nZADD z inf a\nZADD z INCR -inf a\nZADD z -inf b\nZADD z 1e400 a\nZADD z 0.1 e 1e20 f 1e16 g 123456789.123 h 1e-7 i -0.0 j 0x1f k 3.0 l 1e300 m\nZRANGE z 0 -1 WITHSCORES\nSET s x\nZADD s 1 a\nZRANGE s 0 -1\nZADD nosuch XX 1 a\nEXISTS nosuch\nTYPE z\nZADD z NX\nZADD z CH XX INCR 1 a",
	"ZADD z 1 a 2 b 3 c 4 d\nZRANGE z 0 1\nZRANGE z -2 -1\nZRANGE z 0 -1 REV\nZRANGE z 1 2 REV WITHSCORES\nZRANGE z (1 3 BYSCORE\nZRANGE z -inf +inf BYSCORE LIMIT 1 2\nZRANGE z 3 1 BYSCORE REV\nZRANGE z +inf -inf BYSCORE REV LIMIT 1 2 WITHSCORES\nZRANGE z 1 3 BYSCORE LIMIT -1 2\nZRANGE z 1 3 BYSCORE LIMIT 0 0\nZRANGE z 1 3 BYSCORE LIMIT 1 -5\nZRANGE z 0 1 LIMIT 0 1\nZRANGE z x 1\nZRANGE z x 1 BYSCORE\nZRANGE z 1 x BYLEX\nZRANGE z 0 1 FOO\nZRANGE z 0 1 BYLEX BYSCORE\nZRANGE z 0 1 REV REV\nZRANGE z - + BYLEX WITHSCORES\nZRANGE z 0 1 BYSCORE LIMIT 1\nZRANGE z 0 1 BYSCORE LIMIT x 1\nZRANGE nosuch 0 -1\nZRANGE nosuch x 1\nZRANGE z 10 20\nZRANGE z (3 (3 BYSCORE\nZRANGE z 3 2 BYSCORE\nZRANGE z ( 2 BYSCORE\nZRANGE z \"\" 2 BYSCORE\nZRANGE z 1e400 2 BYSCORE",
	"ZADD z 0 a 0 aa 0 b 0 c\nZRANGE z - + BYLEX\nZRANGE z [a [b BYLEX\nZRANGE z (a (b BYLEX\nZRANGE z + - BYLEX REV\nZRANGE z [b [a BYLEX REV LIMIT 0 1\nZRANGE z - [aa BYLEX LIMIT 1 10\nZRANGE z + + BYLEX\nZRANGE z - - BYLEX\nZRANGE z [ [ BYLEX\nZRANGE z \"\" + BYLEX\nZRANGE z ++ + BYLEX\nZRANGE z [b (b BYLEX",
	"SUBSCRIBE a b\nPSUBSCRIBE a* ??\nSUBSCRIBE a\nGET x\nPING\nPING hi\nPING a b\nPUBLISH a x\nUNSUBSCRIBE a\nUNSUBSCRIBE nosuch\nUNSUBSCRIBE\nPUNSUBSCRIBE a*\nPUNSUBSCRIBE\nUNSUBSCRIBE\nPUNSUBSCRIBE\nGET x\nSUBSCRIBE\nPUBLISH a b\nPUBLISH a",
	"MULTI\nSET a 1\nINCR a\nGET a\nLPUSH a x\nEXEC\nGET a\nEXEC\nDISCARD\nMULTI\nMULTI\nSET a 2\nDISCARD\nGET a\nMULTI\nNOSUCH\nSET a 3\nEXEC\nGET a\nMULTI\nGET\nEXEC\nMULTI\nEXEC\nMULTI\nEXEC a\nEXEC\nMULTI\nSELECT 1\nSET b 1\nEXEC\nGET b\nSELECT 0\nGET b\nMULTI\nSUBSCRIBE x\nPING\nEXEC\nRESET\nMULTI\nCLIENT FOO\nEXEC",
	"SELECT 1\nSET a 1\nDBSIZE\nSELECT 0\nGET a\nDBSIZE\nSELECT 16\nSELECT -1\nSELECT x\nSELECT 99999999999\nSELECT\nFLUSHALL\nSELECT 1\nDBSIZE\nFLUSHALL ASYNC\nFLUSHALL SYNC\nFLUSHALL FOO\nFLUSHALL SYNC ASYNC",
	"KEYS *\nSET a 1\nKEYS a\nKEYS [a\nKEYS\nSCAN 0\nSCAN x\nSCAN 0 COUNT 0\nSCAN 0 COUNT x\nSCAN 0 FOO\nSCAN 0 FOO BAR\nSCAN 0 COUNT\nSCAN 0 MATCH a COUNT 100 TYPE string\nSCAN 0 TYPE list",
	"TYPE a\nSET a 1\nTYPE a\nTYPE\nQUIT\nPING",
	"QUIT a b\nPING",
	"CLIENT\nCLIENT FOO\nCLIENT GETNAME\nCLIENT SETNAME bob\nCLIENT GETNAME\nCLIENT SETNAME a\x01b\nCLIENT SETNAME\nCLIENT ID x\nCLIENT GETNAME x\nCLIENT LIST FOO\nCLIENT SETNAME \"\"\nCLIENT GETNAME\nRESET\nRESET x",
	"COMMAND INFO nosuch client|nosuch nosuch|x\nCOMMAND LIST x\nCOMMAND LIST FILTERBY\nCOMMAND LIST FILTERBY PATTERN\nCOMMAND LIST FILTERBY x y\nCOMMAND LIST FILTERBY MODULE x\nCOMMAND LIST FILTERBY PATTERN a b\nCOMMAND LIST FILTERBY PATTERN hgetal?\nCOMMAND LIST FILTERBY ACLCAT nosuch\nCOMMAND GETKEYS\nCOMMAND GETKEYS PING\nCOMMAND GETKEYS PING a\nCOMMAND GETKEYS nosuch a\nCOMMAND GETKEYS GET a\nCOMMAND GETKEYS GET a b\nCOMMAND GETKEYS DEL a b\nCOMMAND GETKEYS SET a b EX 1\nCOMMAND GETKEYS MSET a b c d\nCOMMAND GETKEYS MSET a b c\nCOMMAND GETKEYS CLIENT ID\nCOMMAND GETKEYS CLIENT NOSUCH\nCOMMAND HELP x\nCLIENT HELP x",
	"CLIENT LIST TYPE\nCLIENT LIST TYPE x\nCLIENT LIST TYPE master\nCLIENT LIST ID\nCLIENT LIST ID x\nCLIENT LIST ID 9999999 0 -1\nCLIENT KILL\nCLIENT KILL 1.2.3.4:5\nCLIENT KILL ID\nCLIENT KILL ID 0\nCLIENT KILL ID x\nCLIENT KILL ID 9999999\nCLIENT KILL ID 1 TYPE\nCLIENT KILL TYPE x\nCLIENT KILL TYPE slave\nCLIENT KILL USER x\nCLIENT KILL SKIPME x\nCLIENT KILL FOO x\nCLIENT KILL ADDR x LADDR y\nCLIENT NO-EVICT\nCLIENT NO-EVICT on\nCLIENT NO-EVICT OFF\nCLIENT NO-EVICT x\nCLIENT KILL SKIPME no\nPING",
	"HELLO x\nHELLO 1\nHELLO 4\nHELLO 3 FOO\nHELLO 3 AUTH a\nHELLO 3 AUTH bob pass\nHELLO 3 SETNAME a\x01b\nHELLO 3 AUTH default x SETNAME\nPING",
	"nosuch\nNOSUCH a b c\n" + strings.Repeat("n", 200) + " a\nnosuch " + strings.Repeat("a", 100) + " " + strings.Repeat("b", 100) + " c\nCOMMAND FOO\nCOMMAND COUNT x\nGET\nclient " + strings.Repeat("x", 200),
}

// resp3 is what differs after HELLO 3, whose own reply has the number of the client.
const resp3 = "HSET h a 1\nHGETALL h\nGET nosuch\nLPOP nosuch 2\nSADD s 1\nSMEMBERS s\nSMEMBERS nosuch\nHGETALL nosuch\nZADD z 1.5 a 2 b\nZRANGE z 0 -1 WITHSCORES\nZADD z INCR 1 a\nZADD z inf c\nZADD z INCR 1 c\nMGET x y\nSUBSCRIBE a\nGET a\nPING\nPING x\nPUBLISH a b\nPSUBSCRIBE a*\nPUBLISH a c\nUNSUBSCRIBE\nPUNSUBSCRIBE\nUNSUBSCRIBE\nMULTI\nGET x\nEXEC\nCLIENT GETNAME\nSET x 1 GET\nHGET h x\nSET x y XX GET\nSET q y XX\nZADD z XX INCR 1 nosuch\nZRANGE z 0 -1 REV\nRESET\nGET nosuch"

// rawStreams are streams that are not made of proper commands, or not of whole ones.
func rawStreams() []string {
	return []string{
		"PING\r\n", "PING\n", "\r\n\r\nPING\r\n", "ping hello\r\nECHO \"a b\"\r\n", "   PING   \r\n", " \r\nPING\r\n",
		"ECHO \"a\\x41\\n\\r\\t\\b\\a\\q\\\"\"\r\n", "ECHO 'a\\'b\\n'\r\n", "ECHO \"abc\r\nPING\r\n", "ECHO 'abc\r\n", "ECHO \"a\"b\r\n",
		"ECHO a\"b\"\r\n", "ECHO a\"b\"c\r\n", "ECHO \"\"\r\n", "ECHO \"\\x4\"\r\n", "ECHO \"\\xzz\"\r\n", "ECHO a\tb\r\n", "SET a\x00 b\r\nPING\r\n",
		"*1\r\n$4\r\nPING\r\n", "*0\r\n*1\r\n$4\r\nPING\r\n", "*-1\r\nPING\r\n", "*-5\r\n*1\r\n$4\r\nPING\r\n", "*\r\nPING\r\n", "*x\r\n", "*1x\r\n",
		"*01\r\n", "*+1\r\n", "*2147483648\r\n", "*1\r\nPING\r\n", "*1\r\n:4\r\nPING\r\n", "*1\r\n$\r\n", "*1\r\n$x\r\n", "*1\r\n$-1\r\n",
		"*1\r\n$04\r\nPING\r\n", "*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n", "*1\r\n$536870913\r\n", "*1\r\n$3\r\nPING\r\n*1\r\n$4\r\nPING\r\n",
		"*1\n$4\nPING\n", "*1\rx$4\rxPING\r\n", "*1\r\n\r\nPING\r\n", "*1\r\n\n", "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "*1\r\n$0\r\n\r\nPING\r\n",
		"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n\r\n\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "PING\r\n*1\r\n$4\r\nPING\r\nPING\r\n", "GET / HTTP/1.0\r\n\r\n",
		"+OK\r\n", "$4\r\nPING\r\n", "-ERR x\r\nPING\r\n", "PING\r\n*1\r\n$", "*1\r\n$4\r\nPIN", "\x00\x01\x02\r\nPING\r\n", "*9999999999999999999999\r\n",
		strings.Repeat("a", 100_000), "*" + strings.Repeat("1", 100_000), "*1\r\n$" + strings.Repeat("1", 100_000),
		"SET a " + strings.Repeat("x", 60_000) + "\r\nAPPEND a y\r\n", "*2\r\n$4\r\nECHO\r\n$200000\r\n" + strings.Repeat("0123456789", 20_000) + "\r\nPING\r\n",
		"*1001\r\n$4\r\nMGET\r\n" + strings.Repeat("$1\r\nq\r\n", 1000), strings.Repeat("PING\r\n", 5000), strings.Repeat("*1\r\n$4\r\nPING\r\n", 20_000),
		"*1\r\n$4\r\nQUIT\r\n*1\r\n$4\r\nPING\r\n", "*1\r\n\x00\r\n", "*1\r\n$4\x00\r\nPING\r\n",
	}
}
