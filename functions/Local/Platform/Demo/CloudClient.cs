using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.Local.Platform.Demo;

/// <summary>A host's view of the cloud's API.</summary>
internal sealed class CloudClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly PatientHttp _patient;

    public CloudClient(Uri cloud, string functionKey, TimeProvider time)
    {
        _http = new HttpClient { BaseAddress = cloud, Timeout = TimeSpan.FromSeconds(20) };
        _http.DefaultRequestHeaders.Add("x-functions-key", functionKey);
        _patient = new PatientHttp(_http, time);
    }

    /// <summary>Makes a resource, or finds it made.</summary>
    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancellationToken) =>
        _patient.DoAsync(HttpMethod.Put, $"api/{path}", body, cancellationToken);

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        _patient.DoAsync(HttpMethod.Post, $"api/{path}", body, cancellationToken);

    /// <summary>Asks an event for a command: announce, open, wrap, close-drop, archive.</summary>
    public Task CommandAsync(string eventId, string command, CancellationToken cancellationToken) =>
        _patient.DoAsync(HttpMethod.Post, $"api/events/{eventId}/{command}", null, cancellationToken);

    public async Task<string> PhaseAsync(string eventId, CancellationToken cancellationToken) =>
        (await _patient.DoAsync(HttpMethod.Get, $"api/events/{eventId}", null, cancellationToken)).GetProperty("phase").GetString()!;

    public async Task<bool> PayoutsEnabledAsync(string creatorId, CancellationToken cancellationToken) =>
        (await _patient.DoAsync(HttpMethod.Get, $"api/creators/{creatorId}", null, cancellationToken))
            .GetProperty("payoutsEnabled").GetBoolean();

    public async Task<Statement> StatementAsync(string eventId, CancellationToken cancellationToken) =>
        (await _patient.DoAsync(HttpMethod.Get, $"api/events/{eventId}/statement", null, cancellationToken))
            .Deserialize<Statement>(ContractJson.Options)!;

    public void Dispose() => _http.Dispose();
}
