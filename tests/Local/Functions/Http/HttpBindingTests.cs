using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using FromBodyAttribute = Marquee.Local.Functions.Http.FromBodyAttribute;

namespace Marquee.Local.Functions.Tests.Http;

public sealed class HttpBindingTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync(typeof(Shop));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Route_values_arrive_in_the_types_the_parameters_have()
    {
        Assert.Equal("7 of berlin", await GetAsync("/venues/berlin/events/7"));
        Assert.Equal("5f0c3a52-6c33-4f7e-9a59-8f1c4a1f4a01 True", await GetAsync("/orders/5f0c3a52-6c33-4f7e-9a59-8f1c4a1f4a01?paid=true"));
    }

    [Fact]
    public async Task A_route_constraint_that_fails_is_not_found()
    {
        using var response = await _host.Http.GetAsync("/venues/berlin/events/first", TestHost.Cancellation);
        await Problem.AssertAsync(response, HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_optional_route_value_may_be_left_out()
    {
        Assert.Equal("page 1", await GetAsync("/pages"));
        Assert.Equal("page 3", await GetAsync("/pages/3"));
    }

    [Fact]
    public async Task A_catch_all_takes_the_rest_of_the_path() => Assert.Equal("a/b/c.css", await GetAsync("/assets/a/b/c.css"));

    [Fact]
    public async Task A_value_that_does_not_fit_its_parameter_is_a_bad_request()
    {
        using var response = await _host.Http.GetAsync("/pages/three", TestHost.Cancellation);
        await Problem.AssertAsync(response, HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Fact]
    public async Task A_body_becomes_an_object_by_the_web_json_rules()
    {
        using var response = await _host.Http.PostAsJsonAsync(
            "/products", new { name = "Poster", priceMinor = "1500" }, TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/products/Poster", response.Headers.Location?.OriginalString);
        var body = await response.Content.ReadFromJsonAsync<JsonObject>(TestHost.Cancellation);
        Assert.Equal(1500, (int)body!["priceMinor"]!);
    }

    [Theory]
    [InlineData("{ \"name\": ")]
    [InlineData("{ \"name\": 5 }")]
    [InlineData("{ \"name\": \"Poster\" }")]
    [InlineData("null")]
    [InlineData("")]
    public async Task A_body_that_is_not_the_object_is_a_bad_request(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _host.Http.PostAsync("/products", content, TestHost.Cancellation);
        await Problem.AssertAsync(response, HttpStatusCode.BadRequest, "invalid_json");
    }

    [Fact]
    public async Task A_method_that_is_not_listed_is_not_allowed()
    {
        using var response = await _host.Http.DeleteAsync("/products", TestHost.Cancellation);
        await Problem.AssertAsync(response, HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Two_functions_share_a_route_when_their_methods_differ()
    {
        using var content = new StringContent("");
        using var put = await _host.Http.PutAsync("/shared", content, TestHost.Cancellation);
        Assert.Equal("put", await put.Content.ReadAsStringAsync(TestHost.Cancellation));
        Assert.Equal("get", await GetAsync("/shared"));
    }

    [Theory]
    [InlineData("/results/text", "text/plain", "hello")]
    [InlineData("/results/object", "application/json", """{"id":1,"displayName":"x"}""")]
    [InlineData("/results/iresult", "application/json", """{"id":2,"displayName":"y"}""")]
    [InlineData("/results/action", "application/json", """{"id":3,"displayName":"z"}""")]
    public async Task A_result_of_each_kind_is_written(string path, string type, string body)
    {
        using var response = await _host.Http.GetAsync(path, TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestHost.Cancellation));
    }

    [Fact]
    public async Task A_function_without_a_result_has_no_content()
    {
        using var response = await _host.Http.GetAsync("/results/nothing", TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task A_not_found_that_a_function_returns_is_left_as_it_is()
    {
        using var response = await _host.Http.GetAsync("/results/missing", TestHost.Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync(TestHost.Cancellation));
    }

    [Fact]
    public async Task A_failure_is_a_problem_with_the_invocation_id_and_without_its_message()
    {
        using var response = await _host.Http.GetAsync("/fails", TestHost.Cancellation);
        var problem = await Problem.AssertAsync(response, HttpStatusCode.InternalServerError, "internal_error");
        Assert.True(Guid.TryParse((string?)problem["invocationId"], out _));
        Assert.DoesNotContain("secret", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_may_write_the_response_itself() => Assert.Equal("written by hand", await GetAsync("/by-hand"));

    private Task<string> GetAsync(string path) => _host.Http.GetStringAsync(path, TestHost.Cancellation);

    internal sealed record Product(string Name, int PriceMinor)
    {
        public required string Name { get; init; } = Name;

        public required int PriceMinor { get; init; } = PriceMinor;
    }

    internal sealed record Shown(int Id, string DisplayName);

    internal sealed class Shop
    {
        [Function("Event")]
        public static IActionResult Event(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "venues/{venue}/events/{id:int}")] HttpRequest request,
            string venue,
            int id) =>
            new ContentResult { Content = $"{id} of {venue}", StatusCode = request is null ? 500 : 200 };

        [Function("Order")]
        public static string Order(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders/{id:guid}")] HttpRequest request,
            Guid id,
            bool paid) => $"{id} {paid}";

        [Function("Pages")]
        public static string Pages(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "pages/{page?}")] HttpRequest request, int page = 1) =>
            $"page {page}";

        [Function("Assets")]
        public static string Assets(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "assets/{*path}")] HttpRequest request, string path) => path;

        [Function("CreateProduct")]
        public static async Task<IResult> CreateProduct(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "products")] HttpRequest request,
            [FromBody] Product product,
            CancellationToken cancellation)
        {
            await Task.Delay(1, cancellation);
            return Results.Created($"/products/{product.Name}", product);
        }

        [Function("GetShared")]
        public static string GetShared([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "shared")] HttpRequest request) => "get";

        [Function("PutShared")]
        public static string PutShared([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "shared")] HttpRequest request) => "put";

        [Function("Text")]
        public static string Text(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "results/text")] HttpRequest request) => "hello";

        [Function("Object")]
        public static ValueTask<Shown> Object(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "results/object")] HttpRequest request) =>
            new(new Shown(1, "x"));

        [Function("IResult")]
        public static Task<IResult> AnyResult(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "results/iresult")] HttpRequest request) =>
            Task.FromResult(Results.Ok(new Shown(2, "y")));

        [Function("Action")]
        public static IActionResult Action(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "results/action")] HttpRequest request) =>
            new OkObjectResult(new Shown(3, "z"));

        [Function("Nothing")]
        public static Task Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "results/nothing")] HttpRequest request) =>
            Task.CompletedTask;

        [Function("Missing")]
        public static IActionResult Missing(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "results/missing")] HttpRequest request) =>
            new NotFoundResult();

        [Function("Fails")]
        public static IResult Fails([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fails")] HttpRequest request) =>
            throw new InvalidOperationException("a secret of the machine");

        [Function("ByHand")]
        public static Task ByHand([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "by-hand")] HttpRequest request) =>
            request.HttpContext.Response.WriteAsync("written by hand");
    }
}
