/** The form that a page puts into the documents' example. */
export const form = `
  <form method="post">
    <input name="clientId"> <input name="accessToken" type="password">
    <input name="storeUrl"> <input name="name">
    <button disabled>Connect</button>
  </form>`;
