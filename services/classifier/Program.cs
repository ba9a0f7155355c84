using Moodstream.BuildingBlocks.InProcess;
using Moodstream.Classifier;
using Moodstream.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddInProcessBuildingBlocks();    // pub/sub and state
builder.AddClassifier();                 // tweets.raw -> tweets.scored | tweets.rejected

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready

app.Run();
