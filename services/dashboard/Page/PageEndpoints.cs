using Microsoft.AspNetCore.Http.HttpResults;

namespace Moodstream.Dashboard.Page;

/// <summary>The page and its files. Browsers keep them and ask with each load whether they changed.</summary>
internal static class PageEndpoints
{
    private const string Index = "index.html";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        var files = WebFile.LoadAll();
        routes.MapMethods("/", Methods, (HttpContext context) => Serve(context, files[Index]));
        routes.MapMethods("/assets/{name}", Methods, Results<FileContentHttpResult, NotFound> (
            HttpContext context, string name) =>
            files.TryGetValue(name, out var file) && name != Index ? Serve(context, file) : TypedResults.NotFound());
    }

    private static FileContentHttpResult Serve(HttpContext context, WebFile file)
    {
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.File(file.Content, file.ContentType, entityTag: file.ETag);
    }
}
