using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marquee.Local.Terminal.Protocol;

/// <summary>
/// Numbers and signs every request that changes something (RFC 9421 with RFC 9530), one after the other: two at once could overtake each other
/// on the way. A number that the gateway finds too old is replaced once by one behind its last.
/// </summary>
internal sealed class SigningHandler(HttpMessageHandler inner, ECDsa key, string certificateThumbprint, SequenceCounter counter, TimeProvider time)
    : DelegatingHandler(inner)
{
    private readonly SemaphoreSlim _one = new(1, 1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var content = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await SendSignedAsync(request, content, cancellationToken).ConfigureAwait(false);
            if (await LastSequenceAsync(answer, cancellationToken).ConfigureAwait(false) is not { } last) return answer;
            counter.ContinueAfter(last);
            answer.Dispose();
            return await SendSignedAsync(request, content, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _one.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendSignedAsync(HttpRequestMessage request, byte[] content, CancellationToken cancellationToken)
    {
        var target = request.RequestUri!.PathAndQuery;
        var sequence = counter.Take(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{request.Method} {target}\n"), .. content]));
        Sign(request, content, sequence);
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        counter.Answered();
        return answer;
    }

    private void Sign(HttpRequestMessage request, byte[] content, long sequence)
    {
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:";
        var number = sequence.ToString(CultureInfo.InvariantCulture);
        var (path, query) = (request.RequestUri!.AbsolutePath, request.RequestUri.Query);
        List<(string Name, string Value)> covered = [("@method", request.Method.Method), ("@path", path)];
        if (query.Length > 0) covered.Add(("@query", query));
        covered.Add(("content-digest", digest));
        covered.Add(("terminal-sequence", number));
        var created = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var input = $"({string.Join(' ', covered.Select(c => $"\"{c.Name}\""))});created={created};keyid=\"{certificateThumbprint}\";alg=\"ecdsa-p256-sha256\"";
        var text = string.Concat(covered.Select(c => $"\"{c.Name}\": {c.Value}\n")) + "\"@signature-params\": " + input;
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Set("Content-Digest", digest);
        Set("Terminal-Sequence", number);
        Set("Signature-Input", $"till={input}");
        Set("Signature", $"till=:{Convert.ToBase64String(signature)}:");

        void Set(string name, string value)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static async Task<long?> LastSequenceAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode != HttpStatusCode.Conflict) return null;
        await answer.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        return problem.RootElement.TryGetProperty("code", out var code) && code.GetString() is "sequence_old" or "sequence_reused"
            && problem.RootElement.TryGetProperty("lastSequence", out var last)
                ? last.GetInt64()
                : null;
    }
}
