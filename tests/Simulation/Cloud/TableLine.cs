using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marquee.Simulation.Net;
using Marquee.Simulation.Time;

namespace Marquee.Simulation.Cloud;

/// <summary>The app's table client ends here instead of in a socket: REST in, REST out.</summary>
internal sealed partial class TableLine(SimTables tables, Link link, Crash? caller, TimeProvider time) : HttpMessageHandler
{
    /// <summary>The client's own patience is in real time, and off.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var uri = request.RequestUri!;
        var match = request.Headers.TryGetValues("If-Match", out var tags) ? tags.First() : null;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await link
                .CallAsync(() => Task.FromResult(Serve(request.Method.Method, uri, match, body)), caller, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "No answer.");
        }

        response.RequestMessage = request;
        return response;
    }

    private HttpResponseMessage Serve(string method, Uri uri, string? match, string body)
    {
        var path = Uri.UnescapeDataString(uri.AbsolutePath).TrimStart('/');
        if (path == "$batch") return Batch(body);
        if (path == "Tables") return new HttpResponseMessage(HttpStatusCode.NoContent);
        if (method == "GET") return Read(path, uri);
        var outcomes = new List<TableOutcome>();
        var outcome = tables.Apply([Change(method, path, match, body)], outcomes)?.Outcome ?? outcomes[0];
        var response = new HttpResponseMessage((HttpStatusCode)outcome.Status);
        if (outcome.ETag is not null) response.Headers.TryAddWithoutValidation("ETag", outcome.ETag);
        if (outcome.Code is not null) response.Content = Json(Error(outcome.Code));
        return response;
    }

    private HttpResponseMessage Read(string path, Uri uri)
    {
        if (path.EndsWith("()", StringComparison.Ordinal))
        {
            var filter = uri.Query.TrimStart('?').Split('&').Select(p => Uri.UnescapeDataString(p.Replace('+', ' '))).FirstOrDefault(p => p.StartsWith("$filter=", StringComparison.Ordinal));
            var found = new StringBuilder("{\"value\":[");
            foreach (var row in tables.Query(path[..^2], new TableFilter(filter?["$filter=".Length..])))
            {
                if (found[^1] != '[') found.Append(',');
                SimTables.Write(found, row);
            }

            return new HttpResponseMessage(HttpStatusCode.OK) { Content = Json(found.Append("]}").ToString()) };
        }

        var (table, partition, key) = Address(path);
        if (tables.Find(table, partition!, key!) is not { } one)
            return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = Json(Error("ResourceNotFound")) };
        var json = new StringBuilder();
        SimTables.Write(json, one);
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = Json(json.ToString()) };
        response.Headers.TryAddWithoutValidation("ETag", one.ETag);
        return response;
    }

    private HttpResponseMessage Batch(string body)
    {
        var changes = new List<TableChange>();
        foreach (Match part in Part().Matches(body))
        {
            var headers = part.Groups[3].Value;
            var tag = IfMatch().Match(headers);
            var path = Uri.UnescapeDataString(new Uri(part.Groups[2].Value).AbsolutePath).TrimStart('/');
            changes.Add(Change(part.Groups[1].Value, path, tag.Success ? tag.Groups[1].Value : null, part.Groups[4].Value));
        }

        if (changes.Count is 0 or > 100 || changes.Select(c => c.Partition).Distinct().Count() != 1 || changes.DistinctBy(c => c.Key).Count() != changes.Count)
            throw new InvalidOperationException($"Not a transaction that Azure Tables takes: {changes.Count} changes.");
        var outcomes = new List<TableOutcome>();
        var answer = new StringBuilder("--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n");
        if (tables.Apply(changes, outcomes) is { } failed)
        {
            Append(answer, failed.Outcome, $"{failed.Failed}:refused");
        }
        else
        {
            foreach (var outcome in outcomes) Append(answer, outcome, null);
        }

        answer.Append("--changesetresponse_1--\r\n--batchresponse_1--\r\n");
        var content = new StringContent(answer.ToString());
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/mixed; boundary=batchresponse_1");
        return new HttpResponseMessage(HttpStatusCode.Accepted) { Content = content };
    }

    private static void Append(StringBuilder answer, TableOutcome outcome, string? message)
    {
        answer.Append("--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 ")
            .Append(outcome.Status).Append(' ').Append((HttpStatusCode)outcome.Status).Append("\r\n");
        if (outcome.ETag is not null) answer.Append("ETag: ").Append(outcome.ETag).Append("\r\n");
        if (outcome.Code is not null) answer.Append("Content-Type: application/json\r\n\r\n").Append(Error(outcome.Code, message)).Append("\r\n");
        answer.Append("\r\n");
    }

    private static TableChange Change(string method, string path, string? match, string body)
    {
        var properties = body.Length == 0 ? null : JsonNode.Parse(body)!.AsObject();
        var (table, partition, key) = Address(path);
        return new TableChange(method, table, partition ?? (string)properties!["PartitionKey"]!, key ?? (string)properties!["RowKey"]!, match, properties);
    }

    private static (string Table, string? Partition, string? Key) Address(string path)
    {
        var keys = Keys().Match(path);
        return keys.Success
            ? (keys.Groups[1].Value, keys.Groups[2].Value.Replace("''", "'", StringComparison.Ordinal), keys.Groups[3].Value.Replace("''", "'", StringComparison.Ordinal))
            : (path, null, null);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string Error(string code, string? message = null) =>
        $"{{\"odata.error\":{{\"code\":\"{code}\",\"message\":{{\"lang\":\"en-US\",\"value\":\"{message ?? code}\"}}}}}}";

    [GeneratedRegex(@"\A([A-Za-z0-9]+)\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)\z")]
    private static partial Regex Keys();

    [GeneratedRegex(@"^(POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP/1.1\r?\n((?:[^\r\n]+\r?\n)*)\r?\n([^\r\n]*)", RegexOptions.Multiline)]
    private static partial Regex Part();

    [GeneratedRegex(@"^If-Match: (\S+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex IfMatch();
}
