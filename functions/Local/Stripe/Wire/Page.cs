using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Resources;

namespace Marquee.Local.Stripe.Wire;

/// <summary>List objects: newest first, <c>limit</c> 1 to 100, cursors by id, <c>created</c> ranges, and filters on fields.</summary>
internal static class Page
{
    private const int LimitDefault = 10;
    private const int LimitMax = 100;

    private static readonly (string Name, string Sign)[] Ranges = [("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")];

    /// <param name="call">Its parameters carry limit, cursors and filters.</param>
    /// <param name="kind">The objects to list.</param>
    /// <param name="parent">Only those under this one.</param>
    /// <param name="filters">Names of parameters that must equal the field of the same name (or of the name given after a colon).</param>
    public static JsonObject Of(Call call, string kind, string? parent = null, params ReadOnlySpan<string> filters)
    {
        var query = new Query(call, kind, parent);
        foreach (var filter in filters)
            query.Filter(filter);
        query.Created();
        query.RefuseOthers();
        return query.Run();
    }

    /// <summary>A short list that is part of another object.</summary>
    public static JsonObject Inline(IEnumerable<JsonObject> items, string url) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. items.Select(View.Public)]),
        ["has_more"] = false,
        ["url"] = url,
    };

    private sealed class Query(Call call, string kind, string? parent)
    {
        private readonly HashSet<string> _known = ["limit", "starting_after", "ending_before", "created", "expand"];
        private readonly StringBuilder _sql = new(
            "SELECT id FROM objects WHERE account = $1 AND kind = $2 AND ($3 IS NULL OR parent = $3)");
        private readonly List<object?> _arguments = [call.Session.Account, kind, parent];

        public void Filter(string filter)
        {
            var (name, field) = filter.Split(':') is [var left, var right] ? (left, right) : (filter, filter);
            _known.Add(name);
            switch (call.Parameters[name])
            {
                case JsonArray choices:
                    _arguments.Add(choices.ToJsonString());
                    _sql.Append(CultureInfo.InvariantCulture,
                        $" AND json_extract(body, '$.{field}') IN (SELECT value FROM json_each(${_arguments.Count}))");
                    break;
                case JsonValue value:
                    var text = value.TryGetValue(out string? given) ? given : null;
                    _arguments.Add(text is null ? call.Parameters.NumberOrNull(name) : text);
                    // Event types may be asked for by pattern: payout.*
                    var sign = name == "type" && text is not null && text.Contains('*', StringComparison.Ordinal) ? "GLOB" : "=";
                    _sql.Append(CultureInfo.InvariantCulture, $" AND json_extract(body, '$.{field}') {sign} ${_arguments.Count}");
                    break;
                default:
                    break;
            }
        }

        /// <summary>A filter that is Stripe's but not played here is refused: a list that ignored it would lie.</summary>
        public void RefuseOthers()
        {
            foreach (var name in call.Parameters.Select(entry => entry.Key).Where(name => !_known.Contains(name)))
                NotPlayed.Refuse(name);
        }

        public void Created()
        {
            if (call.Parameters.NumberOrNull("created") is { } at)
                Compare("=", at);
            foreach (var (name, sign) in Ranges)
            {
                if (call.Parameters.Object("created")?.NumberOrNull(name) is { } bound)
                    Compare(sign, bound);
            }
        }

        public JsonObject Run()
        {
            var limit = call.Parameters.NumberOrNull("limit") ?? LimitDefault;
            if (limit is < 1 or > LimitMax)
                throw ApiError.Check($"Invalid limit: must be between 1 and {LimitMax}", "limit", "parameter_invalid_integer");
            var backwards = Cursor();
            _arguments.Add(limit + 1);
            _sql.Append(CultureInfo.InvariantCulture, $" ORDER BY seq {(backwards ? "ASC" : "DESC")} LIMIT ${_arguments.Count}");
            var ids = call.Session.Database.Query(_sql.ToString(), row => row.GetString(0), _arguments.ToArray());
            var page = ids.Take((int)limit);
            return new JsonObject
            {
                ["object"] = "list",
                ["data"] = new JsonArray([.. (backwards ? page.Reverse() : page)
                    .Select(id => View.Public(call.Session.FindAnywhere(id)!))]),
                ["has_more"] = ids.Count > limit,
                ["url"] = call.Path,
            };
        }

        private bool Cursor()
        {
            var (name, sign) = call.Parameters.Given("ending_before") is null ? ("starting_after", "<") : ("ending_before", ">");
            if (call.Parameters.Given(name) is not { } id)
                return false;
            if (call.Session.Find(id) is null)
                throw ApiError.Missing(kind, id, name);
            _arguments.Add(id);
            _sql.Append(CultureInfo.InvariantCulture, $" AND seq {sign} (SELECT seq FROM objects WHERE id = ${_arguments.Count})");
            return name == "ending_before";
        }

        private void Compare(string sign, long seconds)
        {
            _arguments.Add(seconds);
            _sql.Append(CultureInfo.InvariantCulture, $" AND created {sign} ${_arguments.Count}");
        }
    }
}
