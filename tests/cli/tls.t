#!/bin/bash
# SPDX-License-Identifier: MIT
# Whom we believe and who we show to be, against servers of another make.
. "$(dirname "$0")/../fs/lib.sh"
. "$(dirname "$0")/../proxy/lib.sh"

pki=$work/pki
mkdir "$pki"
sh "$here/pki.sh" "$pki" || { note "$(tail -n 5 "$pki/pki.log")"; skip_all "no keys can be made"; }
start_sim
to=127.0.0.1:$port
fingerprint() {
	openssl x509 -in "$pki/$1.pem" -noout -fingerprint "-$2" | cut -d = -f 2
}
bare() {
	fingerprint "$1" "$2" | tr -d :
}

# --- the server ------------------------------------------------------------------
start good front --to "$to" "$pki/server.pem" "$pki/server.key"
at=https://localhost:$port_good
refused "an authority nobody knows" "$(bare server sha256 | tr A-F a-f)"
like "$(cat "$err")" "set SSLServerCert" "and what to set"
is "$(logged good '"path"')" 0 "no request leaves before the certificate is accepted"
SSL_CERT_FILE=$pki/ca.pem works "an authority the machine trusts"
at=https://127.0.0.1:$port_good
SSL_CERT_FILE=$pki/ca.pem works "by address"

for at in "https://localhost:$port_good" "https://127.0.0.1:$port_good"; do
	works "SSLServerCert: a file" -o "SSLServerCert=$pki/server.pem"
	works "the file of its authority" -o "SSLServerCert=$pki/ca.pem"
	works "its sha1 fingerprint" -o "SSLServerCert=$(fingerprint server sha1)"
	refused "another certificate" "not that of SSLServerCert" -o "SSLServerCert=$pki/client.pem"
	refused "another authority" "not that of SSLServerCert" -o "SSLServerCert=$pki/other-ca.pem"
	SSL_CERT_FILE=$pki/ca.pem works "what the machine trusts is accepted besides" -o "SSLServerCert=$pki/other.pem"
done
at=https://localhost:$port_good
works "PEM text" -o "SSLServerCert=$(cat "$pki/server.pem")"
works "PEM text in one line" -o "SSLServerCert=$(tr '\n' ' ' <"$pki/server.pem")"
cat "$pki/other-ca.pem" "$pki/client.pem" "$pki/ca.pem" >"$pki/bundle"
works "one of several in a file" -o "SSLServerCert=$pki/bundle"
works "what is seen is in the log" --debug net -o "SSLServerCert=$pki/bundle"
like "$(cat "$err")" "localhost speaks TLSv1.3 and shows O=Test, CN=localhost by O=Test, CN=ca" "with version, name and authority"
openssl x509 -in "$pki/server.pem" -outform DER -out "$pki/server.cer"
works "a file in DER" -o "SSLServerCert=$pki/server.cer"
works "its public key" -o "SSLServerCert=$(openssl x509 -in "$pki/server.pem" -noout -pubkey)"
works "its public key of the old form" \
	-o "SSLServerCert=$(openssl rsa -in "$pki/server.key" -RSAPublicKey_out 2>/dev/null | tr '\n' ' ')"
for digest in md5 sha1 sha256; do
	works "its $digest fingerprint" -o "SSLServerCert=$(fingerprint server $digest)"
	works "without colons" -o "SSLServerCert=$(bare server $digest | tr A-F a-f)"
	works "with blanks" -o "SSLServerCert=$(fingerprint server $digest | tr : ' ')"
	refused "another $digest fingerprint" "expected" -o "SSLServerCert=$(fingerprint other $digest)"
	like "$(cat "$err")" "seen $(bare server $digest | tr A-F a-f)" "which tells the one seen"
done
refused "another public key" "not that of SSLServerCert" \
	-o "SSLServerCert=$(openssl x509 -in "$pki/client.pem" -noout -pubkey)"
rows -o 'SSLServerCert=*'
is "$(tail -n 1 "$out")" 2 "any"
like "$(cat "$err")" "SSLServerCert=*" "with a warning"
refused "a fingerprint too short" "neither PEM text" -o SSLServerCert=aabbcc
refused "no file" "there is no file" -o "SSLServerCert=$pki/absent.pem"
wrong "a file of something else" "no certificate" -o "SSLServerCert=$0"
wrong "PEM text of nothing" "no whole certificate" -o "SSLServerCert=-----BEGIN CERTIFICATE----- MIIC -----END CERTIFICATE-----"

for bad in expired wronghost; do
	start $bad front --to "$to" "$pki/$bad.pem" "$pki/server.key"
	eval "at=https://localhost:\$port_$bad"
	case $bad in
	expired) words=expired ;;
	*) words="hostname mismatch" ;;
	esac
	SSL_CERT_FILE=$pki/ca.pem refused "$bad" "$words"
	refused "$bad, of an authority given" "not that of SSLServerCert" -o "SSLServerCert=$pki/ca.pem"
	SSL_CERT_FILE=$pki/ca.pem refused "$bad, when another is given" "not that of SSLServerCert" \
		-o "SSLServerCert=$pki/server.pem"
	works "$bad, but the one that was named" -o "SSLServerCert=$(fingerprint $bad sha256)"
done
start old front --newest TLSv1_1 --to "$to" "$pki/server.pem" "$pki/server.key"
at=https://localhost:$port_old
SSL_CERT_FILE=$pki/ca.pem refused "TLS 1.1 only" "TLS 1.2"
refused "also when any certificate would do" "TLS 1.2" -o 'SSLServerCert=*'
start middle front --newest TLSv1_2 --to "$to" "$pki/server.pem" "$pki/server.key"
at=https://localhost:$port_middle
SSL_CERT_FILE=$pki/ca.pem works "TLS 1.2 is enough"

# --- sessions ----------------------------------------------------------------------
at=https://localhost:$port_good
SSL_CERT_FILE=$pki/ca.pem JSMFS_APITOKEN=demo-token "$bin/jsmfs" sql \
	-c "URL=$at;User=agent@example.com;CacheLocation=$work/cache-r;MaxConnections=2" \
	"SELECT count(*) FROM RequestComments WHERE RequestId IN (SELECT Id FROM Requests LIMIT 20)" >"$out" 2>"$err"
ok "sessions are taken up again" test "$(logged good '"reused": true')" -ge 10
is "$(grep '"path"' "$log_good" | grep -vc '"version": "TLSv1.3"')" 0 "with TLS 1.3"

# --- who we are ----------------------------------------------------------------------
export SSL_CERT_FILE=$pki/ca.pem
start strict front --client-ca "$pki/ca.pem" --to "$to" "$pki/server.pem" "$pki/server.key"
start strict12 front --newest TLSv1_2 --client-ca "$pki/ca.pem" --to "$to" "$pki/server.pem" "$pki/server.key"
shown() {
	tail -n 1 "$log_strict" | jq -r .client
}
me="countryName=DE,organizationName=Beispiel, AG,organizationalUnitName=test,commonName=client"
at=https://localhost:$port_strict12
refused "TLS 1.2: who shows nothing is sent away" "SSLClientCert"
works "TLS 1.2: who shows a certificate gets in" -o SSLClientCertType=PEMKEY_FILE -o "SSLClientCert=$pki/client.all"
at=https://localhost:$port_strict
refused "who shows nothing is sent away" "set SSLClientCert"
mine() { # WHAT TYPE FILE|@BLOB [PASSWORD]
	what=$1 type=$2 store=$pki/$3
	case $3 in @*)
		store=$pki/${3#@}
		[ ! -r "$store" ] || content=$(cat "$store")
		;;
	esac
	if [ ! -r "$store" ]; then
		skip "$what" "nothing here writes such a file"
		return
	fi
	case $3 in @*) store=$content ;; esac
	JSMFS_SSLCLIENTCERT=$store JSMFS_SSLCLIENTCERTPASSWORD=${4-} works "$what" -o "SSLClientCertType=$type"
	is "$(shown)" "$me" "as who we are"
}
mine PEM PEMKEY_FILE client.all
mine "PEM with a password" PEMKEY_FILE client.allenc geheim
mine "PEM in base64" PEMKEY_BLOB @client.all.b64
mine "PEM as it is" PEMKEY_BLOB @client.all
mine PFX PFXFILE client.p12 geheim
mine "PFX without a password" PFXFILE open.p12
mine "PFX of old" PFXFILE old.p12 geheim
mine "PFX in base64" PFXBLOB @client.p12.b64 geheim
mine "PFX by keytool" PFXFILE java.p12 geheim
mine JKS JKSFILE client.jks geheim
mine "JKS in base64" JKSBLOB @client.jks.b64 geheim
mine "JKS that is PKCS#12" JKSFILE java.p12 geheim
mine XML XMLFILE info.xml
mine "XML as it is" XMLBLOB @info.xml
export JSMFS_SSLCLIENTCERT=$pki/two.pem JSMFS_SSLCLIENTCERTTYPE=PEMKEY_FILE
works "the name of a file" -o "SSLClientCert=$pki/client.all"
not_ok "is no secret on the command line" grep -q 'secret on the command line' "$err"
rows -o SSLClientCertType=PEMKEY_BLOB -o "SSLClientCert=$(tr -d '\n' <"$pki/client.all.b64")"
like "$(cat "$err")" "secret on the command line" "a key is"
works "a subject in full" -o 'SSLClientCertSubject=CN=second\, O=Test\, C=DE'
like "$(shown)" "commonName=second" "chooses"
works "a part of a subject" -o SSLClientCertSubject=beispiel
is "$(shown)" "$me" "chooses as well"
works "a star" -o 'SSLClientCertSubject=*'
is "$(shown)" "$me" "takes the first"
refused "another subject" "SSLClientCertSubject" -o SSLClientCertSubject=nobody
unset JSMFS_SSLCLIENTCERT JSMFS_SSLCLIENTCERTTYPE
JSMFS_CERTIFICATESTORE=$pki/client.p12 JSMFS_CERTIFICATESTOREPASSWORD=geheim \
	works "CertificateStore by its names" -o CertificateStoreType=PFXFile -o CertificateSubject=client
is "$(shown)" "$me" "is shown too"
JSMFS_CERTIFICATESTORE=$pki/client.p12 JSMFS_SSLCLIENTCERT=$pki/two.pem \
	works "SSLClientCert comes first" -o SSLClientCertType=PEMKEY_FILE -o SSLClientCertSubject=second
# one that the server does not know
cat "$pki/other.pem" "$pki/server.key" >"$pki/stranger"
refused "a stranger's certificate" "does not take the certificate of SSLClientCert" \
	-o SSLClientCertType=PEMKEY_FILE -o "SSLClientCert=$pki/stranger"
# what cannot work
none() { # TYPE FILE WORDS [PASSWORD]
	[ -r "$pki/$2" ] || { skip "$1 $2" "nothing here writes such a file"; return; }
	case $1 in
	USER | MACHINE | JKSFILE) how=wrong ;;
	*) how=refused ;;
	esac
	JSMFS_SSLCLIENTCERT=$pki/$2 JSMFS_SSLCLIENTCERTPASSWORD=${4-} $how "$1 $2" "$3" -o "SSLClientCertType=$1"
}
none USER client.p12 "SSLClientCertType=PFXFILE"
none MACHINE client.p12 "Windows"
none PFXFILE client.p12 "set SSLClientCertPassword"
none PFXFILE client.p12 "check SSLClientCertPassword" falsch
none PEMKEY_FILE client.pem "no private key"
none PEMKEY_FILE client.key "no certificate"
none P7BFILE client.p7b "no private key"
none PUBLIC_KEY_FILE client.cer "no private key"
none SSHPUBLIC_KEY_FILE client.ssh "no private key"
none PPKFILE client.ppk "no certificate"
none JKSFILE client.p7b "Java"
like "$("$bin/jsmfs" sql -c "URL=$at" -o SSLClientCertType=P12 'SELECT 1' 2>&1)" "PFXFILE" "a type that does not exist"
cp "$pki/client.all" "$pki/shared"
chmod 644 "$pki/shared"
rows -o SSLClientCertType=PEMKEY_FILE -o "SSLClientCert=$pki/shared"
like "$(cat "$err")" "chmod 600" "a key that others can read"
JSMFS_SSLCLIENTCERT=$(cat "$pki/client.all") wrong "a key where a name should be" "not the name of a file" \
	-o SSLClientCertType=PEMKEY_FILE
not_ok "is not repeated" grep -q MII "$err"

# A mount reads an attachment, which is elsewhere: what is ours is not shown there.
start media front --client-ca "$pki/ca.pem" --optional --to "$to" "$pki/server.pem" "$pki/server.key"
start site front --client-ca "$pki/ca.pem" --to "$to" \
	--media "https://127.0.0.1:$port_media" "$pki/server.pem" "$pki/server.key"
unset SSL_CERT_FILE
export JSMFS_APITOKEN=demo-token JSMFS_SSLCLIENTCERT=$pki/client.p12 JSMFS_SSLCLIENTCERTPASSWORD=geheim
connection="URL=https://localhost:$port_site;AuthScheme=APIToken;User=agent@example.com;SSLClientCertType=PFXFILE;SSLServerCert=$(fingerprint server sha1)"
start_mount --debug all -o Verbosity=5
file=$(ls "$mnt/Requests/id/HELP-4/attachments" | head -n 1)
ok "an attachment" test "$(wc -c <"$mnt/Requests/id/HELP-4/attachments/$file")" -gt 0
cat "$mnt/Requests/id/HELP-4/attachments/$file" >"$out"
is "$(wc -c <"$out")" "$(stat -c %s "$mnt/Requests/id/HELP-4/attachments/$file")" "is read"
is "$(grep '"path"' "$log_media" | jq -r .client | sort -u)" null "and no certificate is shown there"
is "$(logged media authorization)" 0 "and no credentials"
ok "by whoever was asked" test "$(logged media '"path": "/__media/')" -ge 1
for secret in geheim 'PRIVATE KEY' demo-token "$(printf agent@example.com:demo-token | base64)"; do
	not_ok "not in the log: $secret" grep -qF -- "$secret" "$daemonlog"
done
done_testing
