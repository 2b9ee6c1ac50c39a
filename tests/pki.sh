#!/bin/sh
# SPDX-License-Identifier: MIT
# pki.sh DIR: an authority of its own, certificates of it, and one client's key in
# every form that tools on this machine can write.  The password is "geheim".
#
#	ca.pem other-ca.pem         authorities; nobody trusts them
#	server.{pem,key}            for localhost and 127.0.0.1
#	expired.pem wronghost.pem   with the key of server
#	client.{pem,key}            CN=client, OU=test, O="Beispiel, AG", C=DE, by an
#	                            authority in between (middle.pem)
#	client.p12 client.jks ...   the same in other forms
set -eu
umask 077
cd "$1"
exec 2>pki.log >&2
pass=geheim

key() {
	openssl genrsa -out "$1.key" 2048
}
# issue NAME KEY ISSUER SUBJECT EXTENSIONS [OPTION...]
issue() {
	name=$1 with=$2 by=$3 subject=$4 extensions=$5
	shift 5
	printf '%b' "$extensions" >"$name.ext"
	openssl req -new -key "$with.key" -subj "$subject" -out "$name.csr"
	openssl x509 -req -in "$name.csr" -CA "$by.pem" -CAkey "$by.key" -sha256 \
		-set_serial "0x$(openssl rand -hex 8)" -extfile "$name.ext" -out "$name.pem" "$@"
}
authority='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n'
here='subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'

for name in ca other-ca; do
	key $name
	openssl req -x509 -new -key $name.key -days 30 -subj "/O=Test/CN=$name" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -out $name.pem
done
key server
issue server server ca /O=Test/CN=localhost "$here" -days 20
issue other server other-ca /O=Test/CN=localhost "$here" -days 20
issue wronghost server ca /CN=elsewhere.example 'subjectAltName=DNS:elsewhere.example\n' -days 20
printf '[ca]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n' >ca.conf
: >index
echo 77 >serial
printf '%b' "$here" >expired.ext
openssl req -new -key server.key -subj /CN=localhost -out expired.csr
openssl ca -batch -config ca.conf -name ca -in expired.csr -cert ca.pem -keyfile ca.key -notext \
	-startdate 20010101000000Z -enddate 20020101000000Z -extfile expired.ext -out expired.pem

key middle
issue middle middle ca /O=Test/CN=middle "$authority" -days 20
key client
issue client client middle '/C=DE/O=Beispiel, AG/OU=test/CN=client' 'extendedKeyUsage=clientAuth\n' -days 20
key second
issue second second middle /C=DE/O=Test/CN=second 'extendedKeyUsage=clientAuth\n' -days 20

# the forms
openssl pkcs8 -topk8 -nocrypt -in client.key -out client.plain
openssl rsa -in client.key -pubout -out client.pub
openssl rsa -in client.key -RSAPublicKey_out -out client.rsapub
openssl rsa -in client.key -traditional -out client.pkcs1
openssl pkcs8 -topk8 -in client.key -passout "pass:$pass" -out client.enc
openssl rsa -in client.key -traditional -aes128 -passout "pass:$pass" -out client.oldenc
openssl pkcs8 -topk8 -in client.key -nocrypt -outform DER -out client.der
openssl x509 -in client.pem -outform DER -out client.cer
cat client.pkcs1 client.pem middle.pem >client.all
cat middle.pem client.pem client.enc >client.allenc
cat client.pem second.pem middle.pem client.plain second.key >two.pem
p12() {
	out=$1
	shift
	openssl pkcs12 -export -out "$out" "$@"
}
p12 client.p12 -inkey client.key -in client.pem -certfile middle.pem -name client -passout "pass:$pass"
p12 open.p12 -inkey client.key -in client.pem -certfile middle.pem -passout pass:
p12 old.p12 -legacy -descert -inkey client.key -in client.pem -certfile middle.pem -passout "pass:$pass" || :
p12 older.p12 -legacy -inkey client.key -in client.pem -passout "pass:$pass" || :
p12 second.p12 -inkey second.key -in second.pem -name second -passout "pass:$pass"
p12 nokey.p12 -nokeys -in client.pem -passout "pass:$pass"
openssl crl2pkcs7 -nocrl -certfile client.pem -certfile middle.pem -out client.p7b
openssl crl2pkcs7 -nocrl -certfile client.pem -outform DER -out client.p7
base64 <client.p12 >client.p12.b64
base64 -w 0 <client.all >client.all.b64
if command -v python3 >/dev/null; then
	openssl rsa -in client.key -noout -text >client.txt
	python3 - <<'END'
import base64, re
text = re.sub(r"\s+", "", open("client.txt").read())
def hexes(name, after):
    return bytes.fromhex(re.search(name + ":([0-9a-f:]+?)" + after, text).group(1).replace(":", ""))
v = {"Modulus": hexes("modulus", "public"), "Exponent": b"\1\0\1",
     "D": hexes("privateExponent", "prime1"), "P": hexes("prime1", "prime2"),
     "Q": hexes("prime2", "exponent1"), "DP": hexes("exponent1", "exponent2"),
     "DQ": hexes("exponent2", "coefficient"), "InverseQ": hexes("coefficient", "$")}
def element(names, prefix=""):
    inner = "".join("<%s%s>%s</%s%s>\n" % (prefix, n, base64.b64encode(v[n].lstrip(b"\0")).decode(), prefix, n) for n in names)
    return "<%sRSAKeyValue>%s</%sRSAKeyValue>" % (prefix, inner, prefix)
def cert(name):
    return "<d:X509Certificate>" + "".join(open(name).read().split("-----")[2:3]) + "</d:X509Certificate>"
open("client.xml", "w").write(element(v))
open("public.xml", "w").write('<?xml version="1.0"?>' + element(["Modulus", "Exponent"]))
open("info.xml", "w").write('<d:KeyInfo xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:KeyValue>' + element(v, "d:") +
    "</d:KeyValue><d:X509Data>" + cert("client.pem") + cert("middle.pem") + "</d:X509Data></d:KeyInfo>")
END
fi
if command -v keytool >/dev/null; then
	store() { # TYPE FILE
		keytool -importkeystore -noprompt -srckeystore client.p12 -srcstoretype pkcs12 -srcstorepass $pass \
			-deststoretype "$1" -destkeystore "$2" -deststorepass $pass -destkeypass $pass
	}
	store jks client.jks
	store pkcs12 java.p12
	store jceks client.jceks
	store jks two.jks
	keytool -importkeystore -noprompt -srckeystore second.p12 -srcstoretype pkcs12 -srcstorepass $pass \
		-deststoretype jks -destkeystore two.jks -deststorepass $pass -destkeypass $pass
	keytool -importcert -noprompt -alias middle -file middle.pem -storetype jks -keystore two.jks -storepass $pass
	base64 <client.jks >client.jks.b64
fi
if command -v ssh-keygen >/dev/null; then
	ssh-keygen -y -f client.key >client.ssh
	ssh-keygen -e -f client.key >client.ssh2
	cp client.pkcs1 client.openssh
	ssh-keygen -p -N '' -f client.openssh
	cp client.openssh locked.openssh
	ssh-keygen -p -N $pass -f locked.openssh
	ssh-keygen -q -t ed25519 -N '' -f ed25519
fi
if command -v puttygen >/dev/null; then
	printf %s $pass >pass
	puttygen client.pkcs1 -O private -o client.ppk --ppk-param version=3
	puttygen client.pkcs1 -O private -o client2.ppk --ppk-param version=2
	puttygen client.pkcs1 -O private -o locked.ppk --ppk-param version=3 --new-passphrase pass
	puttygen client.pkcs1 -O private -o locked2.ppk --ppk-param version=2 --new-passphrase pass
	puttygen client.pkcs1 -O public-openssh -o client.putty
fi
