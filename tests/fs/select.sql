-- SPDX-License-Identifier: MIT
# SELECTs whose answers must be those of a plain SQLite database with the same rows
# (select.t).  A line is a statement; behind ||| what SQLite is asked instead, where a
# column is known to the site only; or, after !, words of the failure and the statement.
SELECT RequestKey, row_number() OVER (PARTITION BY CurrentStatus ORDER BY CreatedDate DESC, RequestId) rn FROM Requests
SELECT RequestKey, rank() OVER (ORDER BY ServiceDeskId) r, dense_rank() OVER (ORDER BY CurrentStatus) d, lag(RequestKey) OVER (ORDER BY RequestId) l, lead(RequestKey,2,'none') OVER (ORDER BY RequestId) e FROM Requests WHERE ServiceDeskId IN ('1','2')
SELECT RequestKey, count(*) OVER () n, sum(length(Summary)) OVER (ORDER BY RequestId ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) s, ntile(4) OVER (ORDER BY RequestId) q, first_value(Summary) OVER w f, last_value(Summary) OVER w la FROM Requests WINDOW w AS (PARTITION BY ServiceDeskId ORDER BY RequestId)
SELECT * FROM (SELECT RequestKey k, row_number() OVER (PARTITION BY ServiceDeskId ORDER BY RequestId) rn FROM Requests) WHERE rn = 1
SELECT count(*) FILTER (WHERE CurrentStatus LIKE '%a%') a, count(DISTINCT ReporterEmail) b FROM Requests
SELECT group_concat(RequestKey, '|') g FROM (SELECT RequestKey FROM Requests ORDER BY RequestKey)
WITH a AS (SELECT * FROM Requests WHERE ServiceDeskId='1'), b AS (SELECT RequestId, count(*) n FROM RequestComments GROUP BY 1) SELECT a.RequestKey, b.n FROM a LEFT JOIN b USING (RequestId) ORDER BY a.RequestId
SELECT RequestKey FROM Requests WHERE ServiceDeskId='1' UNION SELECT RequestKey FROM Requests WHERE CurrentStatus='Waiting for support' ORDER BY 1
SELECT RequestKey FROM Requests WHERE ServiceDeskId='1' EXCEPT SELECT RequestKey FROM RequestComments ORDER BY 1
SELECT RequestKey FROM Requests WHERE ServiceDeskId='1' INTERSECT SELECT RequestKey FROM RequestApprovals ORDER BY 1
SELECT ServiceDeskId, RequestKey FROM Requests UNION ALL SELECT Id, ProjectKey FROM ServiceDesks ORDER BY 1,2 LIMIT 7 OFFSET 2
SELECT RequestKey, (SELECT count(*) FROM RequestComments c WHERE c.RequestId=r.RequestId AND c.Public=true) n FROM Requests r ORDER BY RequestId
SELECT RequestKey, (SELECT max(c.CreatedAt) FROM RequestComments c WHERE c.RequestKey=r.RequestKey) n FROM Requests r WHERE n > '2026' ORDER BY RequestId
SELECT RequestKey FROM Requests r WHERE EXISTS (SELECT 1 FROM RequestComments c WHERE c.RequestId=r.RequestId AND c.Public=0) ORDER BY 1
SELECT RequestKey FROM Requests r WHERE NOT EXISTS (SELECT 1 FROM RequestComments c WHERE c.RequestId=r.RequestId) ORDER BY 1
SELECT RequestKey FROM Requests WHERE RequestId IN (SELECT RequestId FROM RequestComments WHERE Public='false') ORDER BY 1
SELECT RequestKey FROM Requests WHERE RequestId NOT IN (SELECT RequestId FROM RequestSLACycles WHERE OngoingCycleBreached) ORDER BY 1
SELECT RequestKey FROM Requests WHERE ServiceDeskId = (SELECT Id FROM ServiceDesks WHERE ProjectKey='HELP') ORDER BY 1
SELECT CurrentStatus, count(*) n FROM Requests GROUP BY CurrentStatus HAVING count(*) > 3 ORDER BY n DESC, 1
SELECT ServiceDeskId, CurrentStatus, min(CreatedDate) a, max(CreatedDate) b FROM Requests GROUP BY 1,2 HAVING b > a ORDER BY 1,2
SELECT ServiceDeskId||'/'||CurrentStatus x, count(*) FROM Requests GROUP BY x ORDER BY x
SELECT RequestKey FROM Requests WHERE CurrentStatus = 'waiting for support' COLLATE NOCASE ORDER BY 1
SELECT RequestKey FROM Requests WHERE CurrentStatus COLLATE NOCASE = 'WAITING FOR SUPPORT' ORDER BY 1
SELECT DISTINCT CurrentStatus FROM Requests ORDER BY CurrentStatus COLLATE NOCASE DESC
SELECT RequestKey FROM Requests WHERE RequestKey = 'help-2'
SELECT RequestKey FROM Requests WHERE RequestKey = 'help-2' COLLATE NOCASE
SELECT RequestKey FROM Requests WHERE RequestKey COLLATE NOCASE IN ('help-2','HELP-3') ORDER BY 1
SELECT RequestKey FROM Requests WHERE RequestId = 2
SELECT RequestKey, RequestId FROM Requests WHERE RequestId = 10002
SELECT RequestKey, RequestId FROM Requests WHERE RequestId = 10002.0
SELECT RequestKey, RequestId FROM Requests WHERE +RequestId = 10002
SELECT RequestKey, RequestId FROM Requests WHERE RequestId = '010002'
SELECT RequestKey, RequestId FROM Requests WHERE RequestId = ' 10002'
SELECT RequestKey, RequestId FROM Requests WHERE RequestId = '10002 '
SELECT RequestKey, RequestId FROM Requests WHERE RequestId = 'HELP-3'
SELECT RequestKey, RequestId FROM Requests WHERE RequestKey = '10002'
SELECT RequestKey, RequestId FROM Requests WHERE RequestId BETWEEN '10002' AND '10005' ORDER BY 2
SELECT RequestKey FROM Requests WHERE ServiceDeskId NOT BETWEEN '1' AND '2' ORDER BY 1
SELECT RequestKey FROM Requests WHERE CreatedDate BETWEEN '2026-01-01' AND '2026-02-01' ORDER BY 1
SELECT RequestKey FROM Requests WHERE Summary LIKE '%PRINT%' ORDER BY 1
SELECT RequestKey FROM Requests WHERE Summary GLOB '*[Pp]rint*' ORDER BY 1
SELECT RequestKey FROM Requests WHERE Summary NOT LIKE '%a%' ORDER BY 1
SELECT RequestKey FROM Requests WHERE Summary LIKE '100\%%' ESCAPE '\' ORDER BY 1
SELECT ReporterEmail, count(*) FROM Requests GROUP BY 1 ORDER BY 1 NULLS LAST
SELECT FinalDecision, RequestKey FROM RequestApprovals ORDER BY FinalDecision NULLS LAST, RequestKey, Id
SELECT CompletedDate, Id FROM RequestApprovals ORDER BY CompletedDate DESC NULLS FIRST, Id
SELECT avg(length(Summary)), sum(length(Summary)), total(length(Summary)), min(Summary), max(Summary), count(Summary) FROM Requests
SELECT count(*) FROM Requests WHERE 1=0
SELECT count(*), max(RequestId) FROM Requests WHERE ServiceDeskId='nope'
SELECT * FROM ServiceDesks WHERE Id = NULL
SELECT * FROM ServiceDesks WHERE Id IS NULL
SELECT * FROM ServiceDesks WHERE Id IS '1'
SELECT * FROM ServiceDesks WHERE Id IS NOT '1' ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id IS DISTINCT FROM '1' ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id <> '1' ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id > '1' ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id >= 2 ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id IN (1,2) ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id IN ('1',NULL) ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id NOT IN ('1',NULL) ORDER BY Id
SELECT * FROM ServiceDesks WHERE Id IN () ORDER BY Id
SELECT * FROM ServiceDesks WHERE (Id, ProjectKey) = ('1','HELP')
SELECT * FROM ServiceDesks WHERE (Id, ProjectKey) IN (VALUES ('1','HELP'),('2','x'))
SELECT * FROM ServiceDesks WHERE Id = '1' AND Id = '2'
SELECT * FROM ServiceDesks WHERE Id = '1' OR ProjectKey = 'HR' ORDER BY 1
SELECT * FROM ServiceDesks WHERE NOT (Id = '1' OR ProjectKey = 'HR') ORDER BY 1
SELECT * FROM ServiceDesks d WHERE CASE WHEN Id='1' THEN ProjectKey='HELP' ELSE ProjectKey<>'HR' END ORDER BY 1
SELECT * FROM ServiceDesks LIMIT -1
SELECT * FROM ServiceDesks LIMIT 0
SELECT Id FROM ServiceDesks ORDER BY Id LIMIT 1, 1
SELECT Id FROM ServiceDesks ORDER BY Id DESC LIMIT 2 OFFSET 100
SELECT a.Id, b.Id FROM ServiceDesks a CROSS JOIN ServiceDesks b ORDER BY 1,2
SELECT a.Id, b.Id FROM ServiceDesks a, ServiceDesks b WHERE a.Id < b.Id ORDER BY 1,2
SELECT d.ProjectKey, t.Name FROM ServiceDesks d JOIN RequestTypes t ON t.ServiceDeskId=d.Id WHERE t.GroupIds IS NOT NULL ORDER BY 1,2
! known to the site only: SELECT d.ProjectKey, t.Name, g.Name FROM ServiceDesks d JOIN RequestTypes t ON t.ServiceDeskId=d.Id LEFT JOIN RequestTypeGroups g ON g.ServiceDeskId=d.Id AND g.Id=t.GroupIds ORDER BY 1,2,3
SELECT r.RequestKey, t.Name, d.ProjectName, c.Body FROM Requests r JOIN RequestTypes t ON t.Id=r.RequestTypeId AND t.ServiceDeskId=r.ServiceDeskId JOIN ServiceDesks d ON d.Id=r.ServiceDeskId LEFT JOIN RequestComments c ON c.RequestId=r.RequestId AND c.Public=1 WHERE r.ServiceDeskId='1' ORDER BY r.RequestId, c.Id
SELECT r.RequestKey, c.Body FROM RequestComments c RIGHT JOIN Requests r ON r.RequestId=c.RequestId WHERE r.ServiceDeskId='2' ORDER BY r.RequestId, c.Id
SELECT r.RequestKey, c.Id FROM Requests r FULL JOIN RequestComments c ON r.RequestId=c.RequestId AND c.Public='false' ORDER BY 1,2
SELECT r.RequestKey, a.Name FROM Requests r NATURAL JOIN RequestApprovals a ORDER BY 1,2
SELECT count(*) FROM Requests a JOIN Requests b ON a.ReporterEmail=b.ReporterEmail AND a.RequestId<b.RequestId
SELECT upper(Summary), lower(CurrentStatus), substr(RequestKey,1,3), instr(RequestKey,'-'), replace(Summary,' ','_'), trim(Summary), length(Summary), coalesce(ReporterName,'-'), ifnull(ReporterName,'x'), nullif(CurrentStatus,'Done'), iif(ServiceDeskId='1','a','b'), printf('%05d',RequestId), hex(RequestKey), quote(Summary), typeof(RequestId), abs(-RequestId), round(RequestId/3.0,2), RequestId%7, CAST(RequestId AS INTEGER)+1 FROM Requests ORDER BY RequestId LIMIT 20
SELECT strftime('%Y-%m', CreatedDate) m, count(*) FROM Requests GROUP BY m ORDER BY m
SELECT date(CreatedDate), datetime(CreatedDate), julianday(CreatedDate) > 2460000, unixepoch(CreatedDate) FROM Requests ORDER BY RequestId LIMIT 10
SELECT r.RequestKey, j.value FROM Requests r, json_each(json_array(r.ServiceDeskId, r.RequestKey)) j ORDER BY 1,2 LIMIT 20
SELECT json_group_array(RequestKey) FROM (SELECT RequestKey FROM Requests ORDER BY RequestId LIMIT 5)
SELECT json_group_object(Id, ProjectKey) FROM (SELECT * FROM ServiceDesks ORDER BY Id)
SELECT json_object('k', RequestKey, 's', Summary) FROM Requests ORDER BY RequestId LIMIT 5
SELECT FieldId, json_array_length(ValidValues) n FROM RequestTypeFields WHERE ValidValues IS NOT NULL ORDER BY ServiceDeskId, RequestTypeId, FieldId
SELECT DISTINCT ServiceDeskId, CurrentStatus FROM Requests ORDER BY 1,2
SELECT DISTINCT Public FROM RequestComments ORDER BY 1
SELECT Public, count(*) FROM RequestComments GROUP BY Public ORDER BY Public
SELECT count(*) FROM RequestComments WHERE Public = 'True'
SELECT count(*) FROM RequestComments WHERE Public = 'FALSE'
SELECT count(*) FROM RequestComments WHERE Public
SELECT count(*) FROM RequestComments WHERE NOT Public
SELECT count(*) FROM RequestComments WHERE Public IS TRUE
SELECT count(*) FROM RequestComments WHERE Public IS NOT TRUE
SELECT count(*) FROM RequestComments WHERE Public <> 'true'
SELECT count(*) FROM RequestComments WHERE Public IN ('true')
SELECT count(*) FROM RequestComments WHERE Public IN (1)
SELECT count(*) FROM RequestComments WHERE Public = 1 AND RequestKey='HELP-3'
SELECT count(*) FROM RequestComments WHERE Public = false AND RequestKey='HELP-3'
SELECT count(*) FROM RequestComments WHERE Public IN (true,false) AND RequestKey='HELP-3'
SELECT count(*) FROM RequestComments WHERE Public != true AND RequestKey='HELP-3'
SELECT count(*) FROM RequestSLACycles WHERE OngoingCycleBreached IS NULL
SELECT count(*) FROM RequestSLACycles WHERE OngoingCycleBreached = true OR CompletedCycleBreached = true
SELECT sum(OngoingCycleBreached), sum(OngoingCyclePaused) FROM RequestSLACycles
SELECT RequestKey FROM RequestSLACycles WHERE OngoingCycleBreachTime > '2026-01-01' ORDER BY RequestKey, Id LIMIT 5
SELECT Name, count(*) FROM Organizations LEFT JOIN Users ON Users.OrganizationId=Organizations.Id GROUP BY Name ORDER BY Name
SELECT * FROM Users WHERE OrganizationId IN (SELECT Id FROM Organizations WHERE Name LIKE 'A%') ORDER BY 1,2
SELECT AccountId FROM Customers INTERSECT SELECT AccountId FROM Users ORDER BY 1
SELECT c.DisplayName, count(r.RequestId) n FROM Customers c LEFT JOIN Requests r ON r.ReporterKey=c.AccountId AND r.ServiceDeskId=c.ServiceDeskId GROUP BY c.AccountId, c.ServiceDeskId ORDER BY 2 DESC, c.AccountId, c.ServiceDeskId
SELECT QueueName, count(*) FROM QueueRequests GROUP BY QueueName ORDER BY QueueName
SELECT RequestKey FROM QueueRequests WHERE QueueName='All open' ORDER BY 1
SELECT RequestKey FROM QueueRequests WHERE QueueId IN ('1','2') AND ServiceDeskId='1' ORDER BY 1
SELECT RequestKey, Status FROM QueueRequests WHERE Status='Waiting for support' OR QueueId='2' ORDER BY 1,2
SELECT [RequestKey], "Summary", `CurrentStatus` FROM [Requests] ORDER BY [RequestId] LIMIT 3
SELECT requestkey, SUMMARY FROM requests ORDER BY requestid LIMIT 3
SELECT r.* FROM ServiceDesks r ORDER BY 1
SELECT RequestKey AS "a b", Summary AS 'c' FROM Requests ORDER BY "a b" LIMIT 3
SELECT 1
SELECT 1 WHERE 0
VALUES (1,2),(3,4)
SELECT CASE CurrentStatus WHEN 'Resolved' THEN 1 ELSE 0 END done, count(*) FROM Requests GROUP BY 1 ORDER BY 1
SELECT max(n) FROM (SELECT count(*) n FROM RequestComments GROUP BY RequestId)
SELECT RequestKey FROM Requests ORDER BY (SELECT count(*) FROM RequestComments c WHERE c.RequestId=Requests.RequestId) DESC, RequestKey LIMIT 5
SELECT RequestKey FROM Requests ORDER BY length(Summary) DESC, RequestKey LIMIT 5
SELECT RequestKey FROM Requests ORDER BY CreatedDate DESC, RequestKey LIMIT 5
SELECT RequestKey FROM Requests ORDER BY random() LIMIT 0
SELECT RequestKey FROM Requests WHERE CreatedDate > '2026-02-10T00:00:00+01:00' ORDER BY 1
SELECT RequestKey FROM RequestStatusChangelog WHERE RequestKey IN ('HELP-1','HELP-3','none-1') ORDER BY 1, StatusDate
SELECT * FROM RequestStatusChangelog WHERE RequestId='10002' AND RequestKey='HELP-3'
SELECT RequestKey, count(*) FROM RequestStatusChangelog WHERE RequestId='10002' OR RequestKey='HELP-3' GROUP BY 1 ORDER BY 1
SELECT * FROM CustomerTransitions WHERE RequestKey='HELP-3' AND Id > '0' ORDER BY Id
SELECT Name, count(*) FROM CustomerTransitions GROUP BY Name ORDER BY 1
SELECT * FROM RequestTypes WHERE Id='11' AND ServiceDeskId='2'
SELECT * FROM RequestTypes WHERE Id='11' OR ServiceDeskId='2' ORDER BY Id
SELECT * FROM RequestTypes WHERE GroupIds = '12' ORDER BY Id
SELECT * FROM RequestTypes WHERE GroupIds LIKE '%1%' ORDER BY Id
SELECT * FROM RequestTypes WHERE Id IN (SELECT RequestTypeId FROM Requests WHERE ServiceDeskId='1') ORDER BY Id
SELECT * FROM RequestTypeFields WHERE RequestTypeId='11' ORDER BY FieldId
SELECT RequestTypeId, sum(Required) FROM RequestTypeFields GROUP BY 1 ORDER BY 1
SELECT t.Name, f.Name FROM RequestTypes t JOIN RequestTypeFields f ON f.RequestTypeId=t.Id AND f.ServiceDeskId=t.ServiceDeskId WHERE f.Required=true ORDER BY t.Id, f.FieldId
SELECT RequestKey FROM Requests WHERE (ServiceDeskId='1' AND CurrentStatus='Resolved') OR (ServiceDeskId='2' AND CurrentStatus<>'Resolved') ORDER BY 1
SELECT RequestKey FROM Requests WHERE ServiceDeskId IN ('1','2') AND RequestTypeId IN ('11','12','21') ORDER BY 1
SELECT RequestKey FROM Requests WHERE RequestKey IN (SELECT 'HELP-'||value FROM json_each('[1,3,99999]')) ORDER BY 1
SELECT c.RequestKey FROM RequestComments c WHERE c.RequestId IN ('10002','10002','10002') ORDER BY 1
SELECT count(*) FROM RequestComments WHERE RequestId IN (SELECT RequestId FROM Requests WHERE ServiceDeskId='1') AND Public=false
SELECT EXISTS(SELECT 1 FROM Requests WHERE RequestKey='HELP-3'), EXISTS(SELECT 1 FROM Requests WHERE RequestKey='NONE-2')
SELECT RequestKey FROM Requests WHERE RequestKey='NONE-2'
SELECT RequestKey FROM Requests WHERE RequestKey=''
SELECT RequestKey FROM Requests WHERE RequestKey='HELP-3/../HELP-3'
SELECT RequestKey FROM Requests WHERE RequestKey='HELP-3?x=1'
SELECT RequestKey FROM Requests WHERE ServiceDeskId=''
SELECT RequestKey FROM Requests WHERE ServiceDeskId='1/../2'
SELECT RequestKey FROM Requests WHERE ServiceDeskId=1.0
SELECT RequestKey FROM Requests WHERE ServiceDeskId=1 ORDER BY 1
SELECT RequestKey FROM Requests WHERE ServiceDeskId='01'
SELECT RequestKey FROM Requests WHERE ServiceDeskId=x'31'
SELECT RequestKey FROM RequestComments WHERE Id=1e4
SELECT printf('%s',RequestKey) FROM Requests WHERE ServiceDeskId=(SELECT min(Id) FROM ServiceDesks) ORDER BY 1 LIMIT 3
SELECT RequestKey FROM Requests r WHERE ServiceDeskId=(SELECT d.Id FROM ServiceDesks d WHERE d.ProjectKey=substr(r.RequestKey,1,instr(r.RequestKey,'-')-1)) ORDER BY 1
SELECT a.RequestKey,b.RequestKey FROM Requests a LEFT JOIN Requests b ON b.RequestId=a.RequestId AND b.ServiceDeskId='1' ORDER BY 1,2
SELECT a.Id, b.RequestKey FROM ServiceDesks a LEFT JOIN Requests b ON b.ServiceDeskId=a.Id AND b.CurrentStatus='Resolved' ORDER BY 1,2
SELECT r.RequestKey, j.value FROM Requests r, json_each(json_array(r.ServiceDeskId, r.RequestKey)) j ORDER BY 1,2 LIMIT 20
SELECT t.Id, j.value FROM RequestTypes t, json_each(t.GroupIds) j ORDER BY 1,2
SELECT count(*) FROM RequestTypes t JOIN RequestTypeFields f ON f.RequestTypeId='11' AND f.ServiceDeskId=t.ServiceDeskId
SELECT count(*) FROM RequestTypes t JOIN RequestTypeFields f ON f.RequestTypeId=t.Id AND f.ServiceDeskId='1'
SELECT count(*) FROM ServiceDesks d JOIN RequestTypes t ON t.ServiceDeskId=d.Id JOIN RequestTypeFields f ON f.RequestTypeId=t.Id AND f.ServiceDeskId=d.Id
SELECT d.Id, count(r.RequestId) FROM ServiceDesks d LEFT JOIN Requests r ON r.ServiceDeskId=d.Id+2 GROUP BY d.Id ORDER BY 1
SELECT d.Id, count(c.Id) FROM ServiceDesks d LEFT JOIN RequestComments c ON c.RequestKey='NONE-'||d.Id GROUP BY d.Id ORDER BY 1
# what only the site knows
SELECT RequestKey FROM Requests WHERE RequestStatus='OPEN_REQUESTS' AND ServiceDeskId='1' ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR AND ServiceDeskId='1'
SELECT RequestKey FROM Requests WHERE RequestStatus='OPEN_REQUESTS' OR ServiceDeskId='1' ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR OR ServiceDeskId='1'
! known to the site only: SELECT RequestKey FROM Requests WHERE RequestStatus='OPEN_REQUESTS' OR CurrentStatus='Closed'
SELECT RequestKey FROM Requests WHERE (RequestStatus='OPEN_REQUESTS' AND ServiceDeskId='1') OR (RequestStatus='CLOSED_REQUESTS' AND ServiceDeskId='2') ||| SELECT RequestKey FROM Requests WHERE (RequestId IN OpenR AND ServiceDeskId='1') OR (RequestId IN ClosedR AND ServiceDeskId='2')
! known to the site only: SELECT RequestKey FROM Requests WHERE NOT RequestStatus='OPEN_REQUESTS'
! can only be compared with = or IN: SELECT RequestKey FROM Requests WHERE RequestStatus<>'OPEN_REQUESTS'
SELECT RequestKey FROM Requests WHERE RequestStatus IN ('OPEN_REQUESTS','CLOSED_REQUESTS') ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR OR RequestId IN ClosedR
! known to the site only: SELECT RequestKey FROM Requests WHERE RequestStatus NOT IN ('OPEN_REQUESTS')
! known to the site only: SELECT RequestKey FROM Requests WHERE +RequestStatus='OPEN_REQUESTS'
! known to the site only: SELECT RequestKey FROM Requests WHERE RequestStatus||''='OPEN_REQUESTS'
! can only be compared with = or IN: SELECT RequestKey FROM Requests WHERE RequestStatus LIKE 'OPEN%'
! can only be compared with = or IN: SELECT RequestKey FROM Requests WHERE RequestStatus IS 'OPEN_REQUESTS'
SELECT RequestKey FROM Requests WHERE RequestStatus='OPEN_REQUESTS' COLLATE NOCASE ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
SELECT RequestKey FROM Requests WHERE RequestStatus='open_requests' ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
SELECT RequestKey FROM Requests WHERE 'OPEN_REQUESTS'=RequestStatus ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
SELECT RequestKey FROM Requests WHERE RequestStatus=(SELECT 'OPEN_REQUESTS') ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
SELECT RequestKey FROM Requests WHERE RequestStatus IN (SELECT 'OPEN_REQUESTS') ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
! known to the site only: SELECT CASE WHEN RequestStatus='OPEN_REQUESTS' THEN 1 ELSE 0 END x, RequestKey FROM Requests
SELECT RequestKey FROM Requests r WHERE EXISTS (SELECT 1 FROM Requests q WHERE q.RequestId=r.RequestId AND q.RequestStatus='OPEN_REQUESTS') ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
SELECT RequestKey FROM Requests r WHERE RequestId IN (SELECT q.RequestId FROM Requests q WHERE q.RequestStatus='OPEN_REQUESTS') ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
SELECT RequestKey FROM (SELECT * FROM Requests WHERE RequestStatus='OPEN_REQUESTS') WHERE ServiceDeskId='1' ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR AND ServiceDeskId='1'
WITH o AS (SELECT * FROM Requests WHERE RequestStatus='OPEN_REQUESTS') SELECT RequestKey FROM o ||| SELECT RequestKey FROM Requests WHERE RequestId IN OpenR
SELECT r.RequestKey, c.Id FROM Requests r JOIN RequestComments c USING (RequestId) WHERE r.RequestStatus='OPEN_REQUESTS' AND c.Public=true ||| SELECT r.RequestKey,c.Id FROM Requests r JOIN RequestComments c USING (RequestId) WHERE RequestId IN OpenR AND c.Public=1
SELECT d.ProjectKey, r.RequestKey FROM ServiceDesks d LEFT JOIN Requests r ON r.ServiceDeskId=d.Id AND r.RequestStatus='OPEN_REQUESTS' ||| SELECT d.ProjectKey, r.RequestKey FROM ServiceDesks d LEFT JOIN Requests r ON r.ServiceDeskId=d.Id AND r.RequestId IN OpenR
! known to the site only: SELECT d.ProjectKey, r.RequestKey FROM ServiceDesks d LEFT JOIN Requests r ON r.ServiceDeskId=d.Id WHERE r.RequestStatus='OPEN_REQUESTS'
! known to the site only: SELECT d.ProjectKey, r.RequestKey FROM ServiceDesks d LEFT JOIN Requests r ON r.ServiceDeskId=d.Id WHERE r.RequestStatus='OPEN_REQUESTS' OR r.RequestId IS NULL
! cannot be combined: SELECT RequestKey FROM Requests WHERE RequestStatus='OPEN_REQUESTS' AND RequestStatus='CLOSED_REQUESTS'
SELECT RequestKey FROM Requests WHERE RequestKey='HELP-3' AND RequestStatus='OPEN_REQUESTS' ||| SELECT RequestKey FROM Requests WHERE RequestKey='HELP-3' AND RequestId IN OpenR
SELECT RequestKey FROM Requests WHERE RequestKey='HELP-3' OR RequestStatus='OPEN_REQUESTS' ||| SELECT RequestKey FROM Requests WHERE RequestKey='HELP-3' OR RequestId IN OpenR
SELECT count(*) FROM Requests WHERE RequestStatus='OPEN_REQUESTS' OR RequestStatus='CLOSED_REQUESTS' ||| SELECT count(*) FROM Requests WHERE RequestId IN OpenR OR RequestId IN ClosedR
SELECT count(*) FROM Requests WHERE (RequestStatus,ServiceDeskId)=('OPEN_REQUESTS','1') ||| SELECT count(*) FROM Requests WHERE RequestId IN OpenR AND ServiceDeskId='1'
SELECT count(*) FROM Requests WHERE (RequestStatus,ServiceDeskId) IN (VALUES('OPEN_REQUESTS','1')) ||| SELECT count(*) FROM Requests WHERE RequestId IN OpenR AND ServiceDeskId='1'
! known to the site only: SELECT count(*) FILTER (WHERE RequestStatus='OPEN_REQUESTS') FROM Requests
! known to the site only: SELECT sum(RequestStatus='OPEN_REQUESTS') FROM Requests
SELECT Id FROM RequestTypes WHERE GroupIds='1' ||| SELECT DISTINCT t.Id FROM RequestTypes t, json_each(t.GroupIds) j WHERE j.value='1'
SELECT Id FROM RequestTypes WHERE GroupIds='1' OR GroupIds='2' ||| SELECT DISTINCT t.Id FROM RequestTypes t, json_each(t.GroupIds) j WHERE j.value IN ('1','2')
! known to the site only: SELECT Id FROM RequestTypes WHERE GroupIds='1' OR Name LIKE '%parking%'
! cannot be read with these conditions: SELECT Id FROM RequestTypes WHERE GroupIds='1' AND GroupIds='2'
