/* SPDX-License-Identifier: MIT */
/* Names of people and organizations, lines of comments, knowledge base. */
#include "sim/model.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
const char *const model_first_names[] = {
	"Ann", "Björn", "Chidi", "Dana", "Elif", "Farid", "Grete", "Hiroshi", "Inés", "Jonas",
	"Katarzyna", "Luca", "Mei", "Nils", "Olga", "Priya", "Quentin", "Rosa", "Samir", "Tove",
	"Uma", "Viktor", "Wanda", "Xenia", "Yusuf", "Zoë", "Amara", "Bram", "Céline", "Dmitri",
	"Eoin", "Fatima", "Gustav", "Hannah", "Ivo", "Jasmin", "Kofi", "Lena", "Mateo", "Noor",
};
const size_t model_n_first_names = COUNT(model_first_names);

const char *const model_last_names[] = {
	"Lee", "Nyström", "Okafor", "Katz", "Yılmaz", "Haddad", "Vogel", "Tanaka", "Moreno",
	"Richter", "Nowak", "Bianchi", "Chen", "Lindqvist", "Petrova", "Raman", "Dubois", "Silva",
	"Mansour", "Dahl", "Iyer", "Sokolov", "Wójcik", "Popović", "Demir", "Ångström", "Diallo",
	"de Vries", "Laurent", "Volkov", "O'Brien", "Rahman", "Holm", "Schmidt", "Marek",
	"Becker", "Mensah", "Fischer", "García", "Khan", "\"Bo\" Berg",
};
const size_t model_n_last_names = COUNT(model_last_names);

const char *const model_org_names[] = {
	"Accounting", "Analytics / Reports", "Charlie Cakes Franchises", "Customer Care",
	"Field Service, North", "Legal \"and\" Compliance", "Marketing & Events", "Warehouse Łódź",
};
const size_t model_n_orgs = COUNT(model_org_names);

const char *const model_customer_lines[] = {
	"Any news on this?",
	"It happens again, right now.",
	"Thank you, that was it!",
	"I tried what you wrote:\n# restart\n# wait five minutes\n# try again\n\nStill the same.",
	"Sorry, I was on leave. Is there still anything you need from me?",
	"See the attached file, second line.",
	"The error now says \"permission denied (code 13, retry, or call)\".",
	"Path is C:\\Users\\Public\\Documents\\new, if that matters.",
	"ok 👍",
	"Works since this morning, but please keep it open until Friday.",
	"My colleague has it too; added as participant.",
	"1,5 hours of waiting, then it worked. Strange.",
	"تم الحل، شكرا لكم",
	"name\tvalue\nspeed\t12\ntemperature\t29,5",
};
const size_t model_n_customer_lines = COUNT(model_customer_lines);

const char *const model_agent_lines[] = {
	"Thank you for the report, we are looking into it.",
	"Could you send us a screenshot of the whole window?",
	"We restarted the service. Please try again and tell us.",
	"Ordered; it should arrive within five working days.",
	"This needs the approval of your manager, we asked for it.",
	"Done. You may have to sign out and in once.",
	"We can reproduce it now. The cause is the update of last night.",
	"Please call us at 4711, it is quicker by telephone.",
	"The part is back-ordered; we lend you one until then.",
	"Closed because we have not heard from you. Answer to reopen.",
	"Steps that helped others:\n* clear the cache\n* sign in with the *long* user name\n* {{reboot}}",
	"I see \"0x80070005\" in the log, which means: access denied.",
};
const size_t model_n_agent_lines = COUNT(model_agent_lines);

const char *const model_internal_lines[] = {
	"Third one this week, same switch. Ask network?",
	"Supplier says two weeks. Did not tell the customer yet.",
	"Checked: account is fine, group membership missing.",
	"VIP, please do not let this one sit.",
	"Budget is used up, need an OK from the head of IT.",
	"See runbook page 12; password is in the vault.",
	"Linked to the problem ticket, keep open.",
	"He has called twice. Taking it.",
};
const size_t model_n_internal_lines = COUNT(model_internal_lines);

/* Added to some summaries so that not all of a kind look alike. */
const char *const model_details[] = {
	"", "", "", " (2nd floor)", " (again)", ", room 3.07", " – asset LT-2291", ", urgent",
	" (Berlin)", " [from the survey]", ", since Monday", " – for the audit", " (home office)",
	", quote 2026/118",
};
const size_t model_n_details = COUNT(model_details);

const struct article model_articles[] = {
	{ "786401", 0, "Reset your password", "Open the portal, choose Forgotten password and follow the mail. The link is valid for one hour." },
	{ "786402", 0, "Connect to the VPN", "Install the client, type the token of your phone, choose the gateway nearest to you." },
	{ "786403", 0, "Stolen computer", "Call 4711 at once, then report it to the police. We lock the computer from here." },
	{ "786404", 0, "Upgrading your computer", "Each computer older than 3 years can be upgraded. Ask for new hardware." },
	{ "786405", 0, "Set up the printer", "Add the printer by its number, e.g. P-2041; the driver installs itself." },
	{ "786406", 0, "Phishing: what to do", "Do not click, do not delete. Report a security incident and attach the mail." },
	{ "786407", 0, "Mail on your own phone", "Possible with the managed profile; only the profile is wiped when you leave." },
	{ "786408", 0, "Where are my backups?", "Files are kept 90 days, mail 30 days. Older files need the archive." },
	{ "786409", 0, "Price list for hardware", "Laptop 1,290 €; monitor 249 €; dock 179 €; headset 59 €." },
	{ "786410", 0, "Wi-Fi for guests", "The password changes every Monday, it is shown at the reception and <in the lobby>." },
	{ "786411", 0, "Shared mailboxes", "The owner adds members. Owners are listed in the address book." },
	{ "786412", 1, "Days of leave", "30 days a year; what is left on 31 March is lost, unless agreed in writing." },
	{ "786413", 1, "Parental leave step by step", "Dates, letter, confirmation: seven weeks before at the latest." },
	{ "786414", 1, "Onboarding checklist", "Ten working days before: computer, badge, desk. First day: tour, password, lunch." },
	{ "786415", 1, "Offboarding checklist", "Return the computer, badge and keys. Hand over mail and calendar." },
	{ "786416", 1, "Expenses: what counts", "Train second class, hotel up to 140 €, breakfast not included." },
	{ "786417", 1, "Training budget", "1500 € a year, may be saved for two years." },
	{ "786418", 1, "Sick note", "From the third day. The doctor sends it, you only call in." },
	{ "786419", 2, "Moving desks", "Thursdays. Pack boxes on Wednesday, label the computer." },
	{ "786420", 2, "Badge lost", "Block it in the portal, then come to the reception with a document." },
	{ "786421", 2, "Heating and cooling", "22 °C in winter, 26 °C in summer. Windows closed, please." },
	{ "786422", 2, "Catering menu", "Rolls (cheese, ham, vegan), coffee, tea, water. Two working days before." },
	{ "786423", 2, "Parking for guests", "Spaces 1 to 6; tell us the number plate." },
	{ "786424", 2, "Meeting rooms", "Book in the calendar. Rooms that stay empty for 15 minutes are given away." },
	{ "786425", 2, "Evacuation drill 🚨", "Twice a year. Leave the computer, take the stairs, meet at the car park." },
};
const size_t model_n_articles = COUNT(model_articles);
/* clang-format on */
