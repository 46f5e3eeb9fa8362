// Marquee in one resource group. azd deploys this at subscription scope; names derive from the environment's name.
targetScope = 'subscription'

@description('The azd environment: one word per deployment, part of the names below.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region of all resources. Card data never leaves the PoPs; ledgers live here.')
param location string

@description('The PoPs: one edge-commands subscription and two shared access policies each.')
@maxLength(12)
param pops string[]

@description('Who may set the Stripe secrets after the deployment: an object id, or nothing to grant it to nobody.')
param principalId string = ''

@description('What principalId is.')
@allowed(['User', 'ServicePrincipal', 'Group'])
param principalType string = 'User'

var token = toLower(uniqueString(subscription().subscriptionId, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    identityName: identity.outputs.name
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    identityName: identity.outputs.name
  }
}

module serviceBus 'modules/servicebus.bicep' = {
  scope: group
  params: {
    name: 'sb-${token}'
    location: location
    tags: tags
    identityName: identity.outputs.name
    pops: pops
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    identityName: identity.outputs.name
    principalId: principalId
    principalType: principalType
  }
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityName: identity.outputs.name
    insightsName: monitoring.outputs.insightsName
    storageName: storage.outputs.name
    deploymentContainer: storage.outputs.deploymentContainer
    serviceBusName: serviceBus.outputs.name
    vaultName: vault.outputs.name
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output MARQUEE_CLOUD_URI string = functions.outputs.uri
output MARQUEE_SERVICE_BUS string = serviceBus.outputs.name
output MARQUEE_KEY_VAULT string = vault.outputs.name
