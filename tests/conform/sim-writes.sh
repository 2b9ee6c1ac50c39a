# SPDX-License-Identifier: MIT
# Part of sim.t: every write, and that reads show it at once.

# Comments
json POST "$sd/request/HELP-4/comment" '{"body":"Line one\nline \"two\", ünïcode 🙂","public":true}'
is 201 'a comment'
id=$(take "d['id']")
get "$sd/request/HELP-4/comment/$id"
value "d['body'].count(chr(10)), d['public']" "(1, True)" 'is there at once'
get "$sd/request?requestOwnership=ALL_REQUESTS&limit=1"
value "d['values'][0]['issueKey']" HELP-4 'and brings the request to the front'
json POST "$sd/request/HELP-4/comment" '{"body":"secret","public":false}'
is 201 'an internal comment'

# Participants
get "$sd/servicedesk/1/customer?limit=3&start=20"
a=$(take "d['values'][0]['accountId']")
b=$(take "d['values'][1]['accountId']")
json POST "$sd/request/HELP-4/participant" "{\"accountIds\":[\"$a\",\"$b\"]}"
is 200 'participants'
has "$a" 'the answer is a page with them'
json POST "$sd/request/HELP-4/participant" '{"accountIds":["nobody"]}'
is 400 'an unknown participant'
json DELETE "$sd/request/HELP-4/participant" "{\"accountIds\":[\"$a\"]}"
is 200 'taking one away'
get "$sd/request/HELP-4/participant"
hasnt "$a" 'it is gone'

# Approvals
get "$sd/request/$waiting/approval"
id=$(take "[a['id'] for a in d['values'] if a['canAnswerApproval']][0]")
json POST "$sd/request/$waiting/approval/$id" '{"decision":"approved"}'
is 400 'a decision in the wrong word'
json POST "$sd/request/$waiting/approval/$id" '{"decision":"approve"}'
is 200 'an approval'
value "d['finalDecision'], d['canAnswerApproval'], 'completedDate' in d" "('approved', False, True)" 'is answered'
json POST "$sd/request/$waiting/approval/$id" '{"decision":"decline"}'
is 409 'and cannot be answered again'
get "$sd/request/$second/approval"
id=$(take "[a['id'] for a in d['values'] if a['canAnswerApproval']][0]")
json POST "$sd/request/$second/approval/$id" '{"decision":"decline"}'
value "d['finalDecision']" declined 'a refusal'
get "$sd/request/$second/approval/$id"
is 200 'one approval'
get "$sd/request/$second/status"
value "d['values'][0]['status']" Canceled 'cancels the request'

# A request of our own
json POST "$sd/request" '{"serviceDeskId":"1","requestTypeId":"14","requestFieldValues":{"summary":"A \"new\" laptop","customfield_10112":"The old one\nis old","customfield_10103":[{"value":"Laptop"},{"id":"11201"}],"customfield_10105":12.5,"customfield_10106":"2026-07-01","customfield_10104":{"value":"Berlin","child":{"value":"2nd floor"}}},"requestParticipants":["'"$b"'"],"raiseOnBehalfOf":"'"$a"'"}'
is 201 'a request'
key=$(take "d['issueKey']")
value "d['reporter']['accountId'] == '$a', d['currentStatus']['status']" "(True, 'Waiting for approval')" 'on behalf of somebody'
get "$sd/request/$key?expand=$everything"
value "[v['value'] for v in d['requestFieldValues'] if v['fieldId'] == 'customfield_10105']" "[12.5]" 'its values are kept'
get "$site/rest/api/3/search/jql?jql=key%20%3D%20$key&fields=summary"
value "d['issues'][0]['fields']['summary']" 'A "new" laptop' 'and found by JQL'
for wrong in '{}' '{"serviceDeskId":"1","requestTypeId":"11","requestFieldValues":{"summary":"x"}}' \
	'{"serviceDeskId":"1","requestTypeId":"33","requestFieldValues":{"summary":"x"}}' \
	'{"serviceDeskId":"1","requestTypeId":"19","requestFieldValues":{"summary":"x","description":"y","customfield_10101":{"value":"Mail"}}}' \
	'{"serviceDeskId":"1","requestTypeId":"12","requestFieldValues":{"summary":"x","customfield_10101":{"value":"Nonsense"}}}' \
	'{"serviceDeskId":"1","requestTypeId":"12","requestFieldValues":{"summary":"x","customfield_10101":"Mail"}}' \
	'{"serviceDeskId":1,"requestTypeId":"12","requestFieldValues":{"summary":"x"}}'; do
	json POST "$sd/request" "$wrong"
	is 400 "refused: $wrong"
done
json POST "$sd/request" '{"serviceDeskId":"1","requestTypeId":"16","requestFieldValues":{"summary":"All kinds","description":"d","customfield_10101":{"value":"Wiki"},"customfield_10102":{"value":"High"},"components":[{"name":"Mail"}],"versions":[{"name":"4.2"}],"labels":["a","b"]}}'
is 201 'a request with components, versions, labels'
open=$(take "d['issueKey']")

# Transitions
get "$sd/request/$open/transition"
id=$(take "[t['id'] for t in d['values'] if 'solved' in t['name']][0]")
json POST "$sd/request/$open/transition" "{\"id\":\"$id\",\"additionalComment\":{\"body\":\"Works now\"}}"
is 204 'a transition with a comment'
get "$sd/request/$open?expand=comment,status"
value "d['currentStatus']['statusCategory'], d['comments']['values'][0]['body'], d['status']['size']" "('DONE', 'Works now', 2)" 'is in status, comments and history'
json POST "$sd/request/$open/transition" '{"id":"9999"}'
is 400 'an unknown transition'

# Attachments
printf 'hello, range' >"$dir/a.txt"
: >"$dir/empty"
head -c 3000000 /dev/urandom >"$dir/big.bin"
nocheck='X-Atlassian-Token: no-check'
as "$agent" POST "$sd/servicedesk/1/attachTemporaryFile" -F "file=@$dir/a.txt"
is 403 'an upload without the token header'
has 'XSRF check failed' 'says why'
as "$agent" POST "$sd/servicedesk/1/attachTemporaryFile" -H "$nocheck" -F "other=@$dir/a.txt"
is 400 'a part with another name'
as "$agent" POST "$sd/servicedesk/1/attachTemporaryFile" -H "$nocheck" -F "file=@$dir/a.txt;type=text/plain" \
	-F "file=@$dir/big.bin" -F "file=@$dir/empty"
is 201 'an upload of three files'
ids=$(take "[t['temporaryAttachmentId'] for t in d['temporaryAttachments']]" | tr "'" '"')
value "[t['fileName'] for t in d['temporaryAttachments']]" "['a.txt', 'big.bin', 'empty']" 'with their names'
json POST "$sd/request/HELP-4/attachment" "{\"temporaryAttachmentIds\":$ids}"
is 400 'attaching without public'
json POST "$sd/request/HR-1/attachment" "{\"temporaryAttachmentIds\":$ids,\"public\":true}"
is 400 'attaching at another desk'
json POST "$sd/request/HELP-4/attachment" "{\"temporaryAttachmentIds\":$ids,\"public\":true,\"additionalComment\":{\"body\":\"Files\"}}"
is 201 'attaching'
value "d['attachments']['size'], d['comment']['public']" "(3, True)" 'gives a comment and a page'
comment=$(take "d['comment']['id']")
ids_used=$ids
url=$(take "[a['_links']['content'] for a in d['attachments']['values'] if a['filename'] == 'a.txt'][0]")
big=$(take "[a['_links']['content'] for a in d['attachments']['values'] if a['filename'] == 'big.bin'][0]")
number=${url##*/}
json POST "$sd/request/HELP-4/attachment" "{\"temporaryAttachmentIds\":$ids_used,\"public\":true}"
is 400 'a temporary attachment can be used once'
get "$sd/request/HELP-4/comment/$comment/attachment"
value "d['size']" 3 'attachments of the comment'
get "$url"
[ "$status" = 200 ] && cmp -s "$dir/body" "$dir/a.txt"
result $? 'the bytes come back'
get "$big"
cmp -s "$dir/body" "$dir/big.bin"
result $? 'large ones too'
get "$url" -H 'Range: bytes=7-'
is 206 'a range'
has range 'is that part'
header '^Content-Range: bytes 7-11/12' 'with its header'
get "$site/rest/api/3/attachment/content/$number?redirect=false" -H 'Range: bytes=0-4'
is 206 'a range on the platform address'
get "$url" -H 'Range: bytes=12-'
is 416 'a range past the end'
get "$site/rest/api/3/attachment/content/$number"
is 303 'a redirect to the media host'
media=$(sed -n 's/^[Ll]ocation: *//p' "$dir/head" | tr -d '\r')
as '' GET "$media"
cmp -s "$dir/body" "$dir/a.txt"
result $? 'which needs no credentials'
get "$url/thumbnail"
is 404 'no thumbnail of a text'
set --
i=0
while [ $i -lt 61 ]; do
	set -- "$@" -F "file=@$dir/a.txt"
	i=$((i + 1))
done
as "$agent" POST "$sd/servicedesk/1/attachTemporaryFile" -H "$nocheck" "$@"
is 413 'more than 60 files'
get "$site/rest/api/3/attachment/$number"
value "d['filename'], d['size']" "('a.txt', 12)" 'attachment metadata'

# Subscriptions and feedback
as "$agent" PUT "$sd/request/HELP-4/notification"
is 204 'subscribe'
get "$sd/request/HELP-4/notification"
value "d['subscribed']" True 'subscribed'
as "$agent" DELETE "$sd/request/HELP-4/notification"
is 204 'unsubscribe'
json POST "$sd/request/$open/feedback" '{"type":"csat","rating":6}'
is 400 'a rating of six'
json POST "$sd/request/$open/feedback" '{"type":"csat","rating":4,"comment":{"body":"Thanks"}}'
is 201 'feedback'
get "$sd/request/$open/feedback"
value "d['rating']" 4 'is kept'
as "$agent" DELETE "$sd/request/$open/feedback" -H 'X-ExperimentalApi: opt-in'
is 204 'feedback taken back'
get "$sd/request/$open/feedback"
is 404 'it is gone'

# Customers and organizations
json POST "$sd/customer" '{"displayName":"Fred F. User","email":"fred@example.com"}'
is 201 'a customer'
fred=$(take "d['accountId']")
json POST "$sd/customer" '{"displayName":"Fred","email":"fred@example.com"}'
is 400 'the same address again'
json POST "$sd/customer?strictConflictStatusCode=true" '{"displayName":"Fred","email":"fred@example.com"}'
is 409 'the same address again, strictly'
json POST "$sd/servicedesk/1/customer" "{\"accountIds\":[\"$fred\"]}"
is 204 'a customer of a desk'
get "$sd/servicedesk/1/customer?query=fred"
has "$fred" 'is in the list'
json DELETE "$sd/servicedesk/1/customer" "{\"accountIds\":[\"$fred\"]}"
is 204 'and out again'
json DELETE "$sd/servicedesk/3/customer" "{\"accountIds\":[\"$fred\"]}"
is 400 'an open desk keeps its customers'
json POST "$sd/organization" '{"name":"New, \"improved\""}'
is 201 'an organization'
org=$(take "d['id']")
json POST "$sd/organization" '{"name":"New, \"improved\""}'
value "d['id']" "$org" 'the same name gives the same one'
json POST "$sd/organization/$org/user" "{\"accountIds\":[\"$fred\",\"$a\"]}"
is 204 'members'
get "$sd/organization/$org/user"
value "[u['accountId'] for u in d['values']] == sorted(u['accountId'] for u in d['values'])" True 'ordered by account id'
get "$sd/organization?accountId=$fred"
value "[o['id'] for o in d['values']]" "['$org']" 'organizations of an account'
json DELETE "$sd/organization/$org/user" "{\"accountIds\":[\"$a\"]}"
is 204 'a member less'
json POST "$sd/servicedesk/2/organization" "{\"organizationId\":$org}"
is 204 'an organization at a desk'
json POST "$sd/servicedesk/2/organization" "{\"organizationId\":\"$org\"}"
is 400 'its id is a number'
get "$sd/servicedesk/2/organization"
has improved 'is in the list of the desk'
json DELETE "$sd/servicedesk/2/organization" "{\"organizationId\":$org}"
is 204 'and out again'
as "$agent" DELETE "$sd/organization/$org"
is 204 'an organization less'
get "$sd/organization/$org"
is 404 'it is gone'

# Platform bulk reads
api="$site/rest/api/3"
json POST "$api/search/jql" '{"jql":"project = HELP AND created >= \"2026/04/01 00:00\" ORDER BY created ASC","maxResults":30,"fields":["summary","status","comment","customfield_10010","customfield_10040"]}'
value "len(d['issues']), d['isLast']" "(30, False)" 'a page of JQL'
token=$(take "d['nextPageToken']")
last=$(take "d['issues'][-1]['id']")
json POST "$api/search/jql" "{\"jql\":\"project = HELP AND created >= \\\"2026/04/01 00:00\\\" ORDER BY created ASC\",\"maxResults\":30,\"nextPageToken\":\"$token\"}"
value "int(d['issues'][0]['id']) > $last, sorted(d['issues'][0])" "(True, ['id', 'key', 'self'])" 'the next one; no fields unless named'
json POST "$api/search/jql" "{\"jql\":\"project = HR\",\"nextPageToken\":\"$token\"}"
is 400 'a token of another query'
json POST "$api/search/approximate-count" '{"jql":"project = FAC"}'
value "d['count']" 40 'a count'
json POST "$api/issue/bulkfetch" '{"issueIdsOrKeys":["HELP-9","HELP-3","NOPE-1"],"fields":["summary","description"]}'
value "[i['key'] for i in d['issues']], len(d['issueErrors'])" "(['HELP-3', 'HELP-9'], 1)" 'issues in bulk'
json POST "$api/changelog/bulkfetch" '{"issueIdsOrKeys":["HELP-3","HELP-9"],"fieldIds":["status"]}'
is 200 'changes in bulk'
json POST "$api/comment/list" '{"ids":[1001024,1001025,7]}'
value "d['total']" 2 'comments in bulk'
get "$api/user/bulk?accountId=$fred&accountId=$a"
value "d['total']" 2 'users in bulk'

# The control door
as '' GET "$site/__sim/stats"
value "d['operations']['GET /rest/servicedeskapi/info'] >= 2" True 'counters'
as '' POST "$site/__sim/reset"
is 204 'reset'
get "$sd/request/$key"
is 404 'drops what was written'
