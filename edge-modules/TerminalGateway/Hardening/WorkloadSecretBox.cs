using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Marquee.EdgeSync.Hosting;

namespace Marquee.TerminalGateway.Hardening;

/// <summary>
/// Seals with the IoT Edge runtime's workload API, over its Unix socket: the key is this module's on this device and never leaves the runtime.
/// https://github.com/Azure/iotedge/blob/main/edgelet/api/workload.yaml (version 2020-07-07). Box: initialisation vector (16 bytes), ciphertext.
/// </summary>
internal sealed class WorkloadSecretBox : ISecretBox, IDisposable
{
    private const int VectorBytes = 16;
    private const string Version = "2020-07-07";

    private readonly HttpClient _http;
    private readonly string _module;

    private WorkloadSecretBox(string socket, string moduleId, string generationId)
    {
        _module = $"modules/{Uri.EscapeDataString(moduleId)}/genid/{Uri.EscapeDataString(generationId)}";
        var handler = new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(socket, token), UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://workload/"), Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>Null where there is no IoT Edge runtime: <c>IOTEDGE_WORKLOADURI</c> is not set.</summary>
    /// <exception cref="EdgeConfigurationException">The runtime's variables are incomplete, or its API is not at a Unix socket.</exception>
    public static WorkloadSecretBox? FromEnvironment(IConfiguration configuration)
    {
        if (configuration["IOTEDGE_WORKLOADURI"] is not { Length: > 0 } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != "unix")
            throw new EdgeConfigurationException("IOTEDGE_WORKLOADURI is not the address of a Unix socket.");
        return new(
            uri.LocalPath,
            EdgeSettings.Required(configuration, "IOTEDGE_MODULEID"),
            EdgeSettings.Required(configuration, "IOTEDGE_MODULEGENERATIONID"));
    }

    public async Task<byte[]> SealAsync(string purpose, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, ISecretBox.MaxSecretBytes);
        var vector = RandomNumberGenerator.GetBytes(VectorBytes);
        // The runtime binds a ciphertext to its vector, so the purpose goes into both: half of the vector is its hash.
        Bind(purpose).CopyTo(vector, 0);
        var answer = await AskAsync("encrypt", new { plaintext = secret.ToArray(), initializationVector = vector }, cancellationToken).ConfigureAwait(false);
        return [.. vector, .. answer.Ciphertext ?? throw new SecretBoxException("The workload API gave no ciphertext.")];
    }

    public async Task<byte[]> OpenAsync(string purpose, ReadOnlyMemory<byte> box, CancellationToken cancellationToken)
    {
        if (box.Length <= VectorBytes || !box.Span[..(VectorBytes / 2)].SequenceEqual(Bind(purpose)))
            throw new SecretBoxException("What is sealed was sealed for something else, or is damaged.");
        var question = new { ciphertext = box[VectorBytes..].ToArray(), initializationVector = box[..VectorBytes].ToArray() };
        var answer = await AskAsync("decrypt", question, cancellationToken).ConfigureAwait(false);
        return answer.Plaintext ?? throw new SecretBoxException("The workload API gave no plaintext.");
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Bind(string purpose) => SHA256.HashData(Encoding.UTF8.GetBytes(purpose))[..(VectorBytes / 2)];

    private async Task<WorkloadAnswer> AskAsync(string deed, object question, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.PostAsJsonAsync($"{_module}/{deed}?api-version={Version}", question, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode) throw new SecretBoxException($"The workload API answered {deed} with {(int)answer.StatusCode}.");
            return await answer.Content.ReadFromJsonAsync<WorkloadAnswer>(cancellationToken).ConfigureAwait(false)
                ?? throw new SecretBoxException($"The workload API answered {deed} with nothing.");
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException or IOException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SecretBoxException($"The workload API does not {deed}: {e.Message}", e);
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed record WorkloadAnswer(byte[]? Plaintext, byte[]? Ciphertext);
}
